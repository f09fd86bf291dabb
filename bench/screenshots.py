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
from pipeline.desk.locks import is_running
from pipeline.store import Store, sqlite_url
from pipeline.web import Server, StoreBackend, Triggers, application

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


# What stands in for the pictures of the sample pages, which are nowhere.
PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 800">
<defs><linearGradient id="s" x2="0" y2="1"><stop stop-color="#10233f"/>
<stop offset="1" stop-color="#3a5f86"/></linearGradient></defs>
<rect width="1200" height="800" fill="url(#s)"/><circle cx="930" cy="170" r="56" fill="#f4ecd2"/>
<path d="M0 470 180 400 420 450 640 380 900 440 1200 390V560H0z" fill="#1b2f4b"/>
<path d="M0 540H1200V800H0z" fill="#16304f"/>
<path d="M330 520h560l-70 90H400z" fill="#f2f2ee"/><path d="M430 450h380v70H430z" fill="#dfe4e8"/>
<path d="M520 400h190v50H520z" fill="#f2f2ee"/>
<path d="M455 475h40v26h-40zm75 0h40v26h-40zm75 0h40v26h-40zm75 0h40v26h-40z" fill="#f5c65b"/>
<path d="M360 640h500M300 690h420M520 740h380" stroke="#3f6288" stroke-width="8"/></svg>"""
SHOW = """for (const image of document.querySelectorAll(".article img")) {
  image.loading = "eager";
  image.src = "/picture.svg";
}
return Promise.all([...document.images].map(one => one.decode().then(() => one.naturalWidth)))"""


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
            (settings.output_dir / "picture.svg").write_text(PICTURE)
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
            triggers = Triggers(lambda sources, _say: Desk(settings, store).run(sources))
            room = StoreBackend(
                store,
                settings.feeds,
                settings.sources,
                triggers=triggers,
                running=lambda number: is_running(settings.state_dir, number),
                models=lambda: ["en → pt 1.0"],
            )
            site = application(settings.output_dir, room, token=settings.serve.token)
            with Server(site, port=0) as server:
                browser = webdriver.Chrome(
                    options=options, service=Service(shutil.which("chromedriver"))
                )
                try:
                    browser.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})
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
                        # Raises for a picture that does not come.
                        browser.execute_script(SHOW)
                        browser.save_screenshot(str(folder / f"{picture}.png"))
                finally:
                    browser.quit()
            triggers.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots")
