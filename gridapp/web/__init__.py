"""Flask glue that every feature uses; knows no feature.

- `access` who may open a route at all, and things that are outside one's world
- `answers` the fragment for htmx, the redirect for a plain form (C9)
- `forms` the base of every form, and fields that clean what was typed
- `kept_forms` what was typed is not lost when a session is over (P11), `addresses` those that browsers send
- `errors` refusals and failures as pages in words, `headers` the strict page (D6)
- `display` how large and how plain the page is (P2, P3)
- `languages` which language, `words` sentences, days and moments as people say them (C12, P14)
- `paper` addresses and QR codes that are printed
- `pages` what every page carries: assets, icons, hidden fields
"""
