def load(session, at):
    pass
