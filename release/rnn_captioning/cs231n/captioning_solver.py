"""Training of a captioning model; the class arrives with the notebook that needs it."""


class CaptioningSolver:
    """Trains a CaptioningRNN on minibatches of captions. Raises NotImplementedError in this notebook."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        raise NotImplementedError("CaptioningSolver comes with notebook 2; notebook 1 builds what it trains.")
