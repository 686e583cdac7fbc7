WISHES = None
