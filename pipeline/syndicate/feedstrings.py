"""Texts that feeds add to articles, by language: the translation note, how to subscribe.

Takes a language code; returns the text in it, or in English if there is none. The sentences contain
a language's name in the nominative only, because CLDR has no other case.
"""

from collections.abc import Container
from dataclasses import dataclass

from pipeline.syndicate.language import language_name, language_tag


@dataclass(frozen=True, slots=True)
class Wording:
    """`translated` has one field, {language}. `original` stands before a link to the original."""

    translated: str
    original: str


_ENGLISH = Wording("Translated from {language} by machine.", "Original:")

_WORDINGS = {
    "ar": Wording("ترجمة آلية (اللغة الأصلية: {language}).", "النص الأصلي:"),
    "bg": Wording("Машинен превод (език на оригинала: {language}).", "Оригинал:"),
    "bn": Wording("যন্ত্রানুবাদ (মূল ভাষা: {language})।", "মূল লেখা:"),
    "ca": Wording("Traducció automàtica (llengua original: {language}).", "Original:"),
    "cs": Wording("Strojový překlad (původní jazyk: {language}).", "Originál:"),
    "da": Wording("Maskinoversat (originalsprog: {language}).", "Original:"),
    "de": Wording("Maschinell übersetzt (Originalsprache: {language}).", "Original:"),
    "el": Wording("Αυτόματη μετάφραση (γλώσσα πρωτοτύπου: {language}).", "Πρωτότυπο:"),
    "en": _ENGLISH,
    "eo": Wording("Aŭtomata traduko (originala lingvo: {language}).", "Originalo:"),
    "es": Wording("Traducción automática (idioma original: {language}).", "Original:"),
    "et": Wording("Masintõlge (algkeel: {language}).", "Originaal:"),
    "fa": Wording("ترجمهٔ ماشینی (زبان اصلی: {language}).", "متن اصلی:"),
    "fi": Wording("Konekäännös (alkukieli: {language}).", "Alkuperäinen:"),
    "fr": Wording("Traduction automatique (langue d’origine : {language}).", "Original :"),
    "he": Wording("תרגום מכונה (שפת המקור: {language}).", "המקור:"),
    "hi": Wording("मशीनी अनुवाद (मूल भाषा: {language})।", "मूल लेख:"),
    "hu": Wording("Gépi fordítás (eredeti nyelv: {language}).", "Eredeti:"),
    "id": Wording("Terjemahan mesin (bahasa asli: {language}).", "Asli:"),
    "it": Wording("Traduzione automatica (lingua originale: {language}).", "Originale:"),
    "ja": Wording("機械翻訳（原文の言語：{language}）", "原文："),
    "ko": Wording("기계 번역 (원문 언어: {language})", "원문:"),
    "lt": Wording("Mašininis vertimas (originalo kalba: {language}).", "Originalas:"),
    "lv": Wording("Mašīntulkojums (oriģinālvaloda: {language}).", "Oriģināls:"),
    "nb": Wording("Maskinoversatt (originalspråk: {language}).", "Original:"),
    "nl": Wording("Machinevertaling (oorspronkelijke taal: {language}).", "Origineel:"),
    "pl": Wording("Tłumaczenie maszynowe (język oryginału: {language}).", "Oryginał:"),
    "pt": Wording("Tradução automática (idioma original: {language}).", "Original:"),
    "ro": Wording("Traducere automată (limba originală: {language}).", "Original:"),
    "ru": Wording("Машинный перевод (язык оригинала: {language}).", "Оригинал:"),
    "sk": Wording("Strojový preklad (pôvodný jazyk: {language}).", "Originál:"),
    "sl": Wording("Strojni prevod (izvirni jezik: {language}).", "Izvirnik:"),
    "sv": Wording("Maskinöversatt (originalspråk: {language}).", "Original:"),
    "tr": Wording("Makine çevirisi (özgün dil: {language}).", "Aslı:"),
    "uk": Wording("Машинний переклад (мова оригіналу: {language}).", "Оригінал:"),
    "ur": Wording("مشینی ترجمہ (اصل زبان: {language})۔", "اصل متن:"),
    "vi": Wording("Dịch máy (ngôn ngữ gốc: {language}).", "Bản gốc:"),
    "zh": Wording("机器翻译（原文语言：{language}）。", "原文："),
    "zh-Hant": Wording("機器翻譯（原文語言：{language}）。", "原文："),
}
_WORDINGS["no"] = _WORDINGS["nb"]
_WORDINGS["zh-TW"] = _WORDINGS["zh-HK"] = _WORDINGS["zh-Hant"]


def wording_language(code: str) -> str:
    """The tag of the language that `wording` uses for `code`: its own, or "en"."""
    return _nearest(code, _WORDINGS)


def _nearest(code: str, texts: Container[str]) -> str:
    """The language of `texts` for the language `code`: its own, with its region or script if there
    is one for these; else "en"."""
    tag = language_tag(code)
    return next((key for key in (tag, tag.split("-", 1)[0]) if key in texts), "en")


def wording(code: str) -> Wording:
    """The texts in the language `code`; in English if there are none."""
    return _WORDINGS[wording_language(code)]


def translated_note(language: str, original: str) -> str:
    """The sentence, in `language`, that a machine translated this from the language `original`."""
    name = language_name(original, wording_language(language))
    return wording(language).translated.format(language=name)


_SUBSCRIBE = {
    "ar": "هذه خلاصة أخبار. انسخ عنوانها من شريط العنوان إلى قارئ الخلاصات للاشتراك.",
    "ca": "Això és un canal. Copieu-ne l’adreça al vostre lector per subscriure-us-hi.",
    "cs": "Toto je kanál. Zkopírujte jeho adresu z adresního řádku do své čtečky kanálů.",
    "da": "Dette er et feed. Kopiér dets adresse fra adresselinjen til din feedlæser.",
    "de": "Dies ist ein Feed. Kopieren Sie seine Adresse aus der Adresszeile in Ihren Feedreader.",
    "en": "This is a feed. Copy its address from the address bar into your feed reader to "
    "subscribe.",
    "es": "Esto es un canal. Copie su dirección en su lector de canales para suscribirse.",
    "fr": "Ceci est un flux. Copiez son adresse dans votre lecteur de flux pour vous abonner.",
    "he": "זוהי הזנה. העתיקו את כתובתה משורת הכתובת אל קורא ההזנות כדי להירשם.",
    "it": "Questo è un feed. Copiate il suo indirizzo nel vostro lettore di feed per abbonarvi.",
    "ja": "これはフィードです。購読するには、このページのアドレスをリーダーに登録してください。",
    "nl": "Dit is een feed. Kopieer het adres uit de adresbalk naar uw feedlezer.",
    "pl": "To jest kanał. Aby subskrybować, skopiuj jego adres do swojego czytnika.",
    "pt": "Isto é um feed. Copie o endereço para o seu leitor de feeds para subscrever.",
    "ru": "Это лента новостей. Чтобы подписаться, скопируйте её адрес в программу для чтения лент.",
    "sv": "Det här är ett flöde. Kopiera dess adress till din flödesläsare för att prenumerera.",
    "uk": "Це стрічка новин. Щоб підписатися, скопіюйте її адресу до програми для читання стрічок.",
    "zh": "这是一个订阅源。请将地址栏中的地址复制到您的阅读器中进行订阅。",
}


def subscribe_hint(code: str) -> tuple[str, str]:
    """How to subscribe, in the language `code` or else in English: (the language's tag, text)."""
    used = _nearest(code, _SUBSCRIBE)
    return used, _SUBSCRIBE[used]


def subscribe_hints() -> dict[str, str]:
    """How to subscribe, for people who open a feed in a browser: {language: text}."""
    return dict(_SUBSCRIBE)
