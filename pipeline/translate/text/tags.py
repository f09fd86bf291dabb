"""Language tags (BCP 47) and codes of Argos."""


def primary(language: str) -> str:
    """Return the primary subtag of a language tag, in lower case: "pt" of "pt-BR" and "pt_BR"."""
    return language.strip().replace("_", "-").partition("-")[0].lower()
