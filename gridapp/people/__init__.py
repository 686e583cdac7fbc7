"""People as staff look after them: roles and handing over, disabling, entering somebody, a new start after a lost password.

- `/people`: whoever is in one's world (A5); a town admin sees all, names and masked numbers
- a role is given and ended by the rules of `policies` alone (A2, A4); what hangs on it is listed and handed over in
  one step (A3), `workflow.roles`
- an account is disabled with a reason, at once on every device (D4), and can be enabled again
- somebody without a phone is entered by a coordinator and reached through somebody named (A6, C10)
- forgotten password, changed phone: a code on paper, good once within a day (A9):

      live ──> used        the code was typed with a new password
        └────> replaced    a newer one was made

Features contribute what hangs on a role (`responsibilities`) and what follows from disabling (`when_disabled`), C18.
"""
