"""The strict page: headers of every answer (D6)."""

from __future__ import annotations

from flask import Flask, Response, session

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


LASTING = "max-age=31536000; includeSubDomains"


def strict(app: Flask) -> dict[str, str]:
    """The headers of every answer and file; HSTS among them where the town's address is https."""
    https = app.config["SETTINGS"].public_url.startswith("https://")
    return HEADERS | ({"Strict-Transport-Security": LASTING} if https else {})


def init(app: Flask) -> None:
    """Send the headers with every answer, errors included."""
    headers = strict(app)

    def _add(response: Response) -> Response:
        for name, value in headers.items():
            response.headers[name] = value
        response.vary.update(["HX-Request", "Cookie"])
        if "Cache-Control" not in response.headers:
            # What a signed-in person sees must not come back with the Back button after signing out.
            private = "_user_id" in session
            response.headers["Cache-Control"] = "no-store" if private else "no-cache"
        return response

    app.after_request(_add)
