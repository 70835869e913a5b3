def draw_hosted_clip(*a, **k):
    raise NotImplementedError
