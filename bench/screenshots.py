"""Takes the pictures of docs/screenshots: the pages over the sample articles, in headless Chromium.

    python bench/screenshots.py [FOLDER]        (default: docs/screenshots)

Makes one pass over config/samples in a temporary folder, serves it and photographs it. Needs
Selenium (`pip install selenium`), Debian's chromium and chromium-driver.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from pipeline.config import load
from pipeline.desk import Desk
from pipeline.store import Store, sqlite_url
from pipeline.web import Server, Storeroom, application

ROOT = Path(__file__).parents[1]
SETTINGS = """
languages = ["en", "pt"]
[serve]
token = "only-for-the-pictures"
[[sources]]
id = "english"
kind = "folder"
title = "Sample pages"
path = "{samples}/en"
every = "30m"
[[sources]]
id = "arabic"
kind = "folder"
title = "صفحات تجريبية"
path = "{samples}/ar"
every = "1h"
[[feeds]]
id = "news"
title = "News"
titles = {{ pt = "Notícias" }}
description = "What the samples have to say."
descriptions = {{ pt = "O que dizem as amostras." }}
sources = ["english"]
[[feeds]]
id = "arabic"
title = "أخبار"
sources = ["arabic"]
languages = ["ar"]
"""


def main(folder: Path) -> None:
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--lang=en"):
        options.add_argument(argument)
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "babelwire.toml"
        file.write_text(SETTINGS.format(samples=ROOT / "config" / "samples"), "utf-8")
        settings = load(file)
        with Store(sqlite_url(settings.state_dir)) as store:
            Desk(settings, store).run()
            articles = {
                language: store.translations.newest(language, settings.feeds[at].sources, 9)
                for at, language in ((0, "pt"), (1, "ar"))
            }
            ferry = next(one.id for one in articles["pt"] if "ferry" in one.article.title.lower())
            # path, width and height in CSS pixels, dark
            pictures = {
                "index": ("", 1100, 800, False),
                "article": (f"article/{ferry}/pt", 1100, 900, False),
                "article-narrow": (f"article/{ferry}/pt", 420, 800, False),
                "article-dark": (f"article/{ferry}/pt", 1100, 900, True),
                "article-rtl": (f"article/{articles['ar'][0].id}/ar", 1000, 800, False),
                "feed": ("news/pt.rss", 900, 700, False),
                "status": ("status", 1100, 900, False),
            }
            room = Storeroom(
                store,
                settings.feeds,
                settings.sources,
                run=lambda sources, _say: Desk(settings, store).run(sources),
                models=lambda: ["en → pt 1.0"],
            )
            site = application(settings.output_dir, room, token=settings.serve.token)
            with Server(site, port=0) as server:
                browser = webdriver.Chrome(
                    options=options, service=Service(shutil.which("chromedriver"))
                )
                try:
                    for picture, (path, width, height, dark) in pictures.items():
                        scheme = "dark" if dark else "light"
                        media = {
                            "features": [{"name": "prefers-color-scheme", "value": scheme}],
                        }
                        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
                        metrics = {
                            "width": width,
                            "height": height,
                            "deviceScaleFactor": 1,
                            "mobile": False,
                        }
                        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
                        browser.get(f"{server.url}{path}")
                        browser.save_screenshot(str(folder / f"{picture}.png"))
                finally:
                    browser.quit()
            room.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots")
