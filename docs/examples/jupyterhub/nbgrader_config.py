"""For /etc/jupyter/nbgrader_config.py: what students and graders of all courses share. It names no course."""

from nbgrader.auth import JupyterHubAuthPlugin

c = get_config()  # noqa: F821  nbgrader provides it

c.Exchange.root = "/srv/nbgrader/exchange"
c.Exchange.path_includes_course = True  # students find an assignment in COURSE/ASSIGNMENT in their home
c.Authenticator.plugin_class = JupyterHubAuthPlugin  # who is in which course: the hub's groups
