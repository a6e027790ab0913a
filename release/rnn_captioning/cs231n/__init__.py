"""The course library of the captioning assignment: data, gradient checks, visible checks and your layers."""
