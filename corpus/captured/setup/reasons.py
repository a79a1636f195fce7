"""The statuses that the Python applications ask their servers for: path -> (code, reason or None)."""

REASONS: dict[str, tuple[int, str | None]] = {
    "/custom": (299, "Mostly Harmless"),
    "/empty": (200, ""),
    "/bare": (404, None),
    "/unnamed": (299, None),
    "/latin1": (404, "Pas trouv\xe9"),
    "/utf8": (404, "Не найдено".encode().decode("latin-1")),
    "/999": (999, "Request denied"),
    "/099": (99, "Low"),
    "/padded": (200, " Padded "),
    "/tab": (200, "Tab\there"),
    "/escape": (200, "\x1b[31mred"),
    "/long": (500, "x" * 300),
}
