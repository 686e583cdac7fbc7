"""Every way in which wishes and claims change; by verb. Nothing here knows HTTP or commits.

- `entering` submit, change, take back
- `checking` publish, decline, ask back, close (W2)
- `claiming` claim, give back (W4-W8)
- `sharing` organisations take shares on and say who goes (W6, W20)
- `door` incidents, "not this person again", wishes that are kept back (W19)
- `changing` other words for a public wish, `arranging` another time, place or number (W14, C13)
- `duties` what a claim takes of somebody's time (C16)
- `finishing` report done, confirm or not (W11)
"""
