"""Names of the theme for Tailwind. The values, light and dark, stand once in assets/theme.css."""

from typing import Any

_TONES = ("seal", "amber", "jade", "blue", "grey")


def _tone(name: str) -> dict[str, str]:
    return {"DEFAULT": f"var(--{name})", "bg": f"var(--{name}-bg)", "line": f"var(--{name}-line)"}


TAILWIND: dict[str, Any] = {
    "theme": {
        "extend": {
            "colors": {
                name: f"var(--{name})" for name in ("paper", "card", "line", "line2", "ink", "ink2", "ink3", "stamp")
            }
            | {tone: _tone(tone) for tone in _TONES},
            "borderRadius": {"card": "12px", "control": "8px", "cover": "10px"},
            "maxWidth": {"page": "1120px"},
            "fontSize": {
                "sm": ["12.5px", "1.6"],
                "base": ["14px", "22px"],
                "h2": ["15px", "22px"],
                "h1": ["22px", "1.3"],
            },
        }
    },
    # Our own scripts name classes, too.
    "content": ["./app/**/*.{js,ts,jsx,tsx}", "./utils/**/*.{js,ts,jsx,tsx}", "./public/*.js"],
}
STYLESHEETS = ["/theme.css"]
