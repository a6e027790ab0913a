"""JupyterHub with nbgrader for several courses on one machine, with system accounts: docs/hub.md explains each part.

A person is in a course by the groups `nbgrader-COURSE` (students) and `formgrade-COURSE` (those who grade). A course is
a service: one more Jupyter server, run by an account of its own in the course folder, with Formgrader in it.
"""

import os
import sys
from pathlib import Path

c = get_config()  # noqa: F821  JupyterHub provides it

BIN = Path(sys.executable).parent  # the environment that has JupyterHub, JupyterLab, nbgrader and the grader
os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ['PATH']}"  # all servers get it; nbgrader calls programs

# By course_id, which is also the service's name and address, /services/COURSE. Lists of people may come from anywhere.
COURSES = {
    "rnn_captioning": {"port": 9101, "students": ["student1", "student2"], "graders": ["instructor1"]},
    "line_fitting": {"port": 9102, "students": ["student2", "student3"], "graders": ["instructor2"]},
}

c.JupyterHub.bind_url = "http://127.0.0.1:8000"  # behind your web server, which has the certificate
c.JupyterHub.authenticator_class = "pam"  # the machine's accounts; yours may be LTI or OAuth
c.JupyterHub.spawner_class = "jupyterhub.spawner.LocalProcessSpawner"
c.Spawner.cmd = [str(BIN / "jupyterhub-singleuser")]
c.Spawner.default_url = "/lab"
c.ConfigurableHTTPProxy.command = ["configurable-http-proxy"]

c.JupyterHub.load_groups = {
    **{f"nbgrader-{course}": {"users": people["students"]} for course, people in COURSES.items()},
    **{f"formgrade-{name}": {"users": [*people["graders"], f"grader-{name}"]} for name, people in COURSES.items()},
}
# Who may log in: everybody who is in a course, and nobody else.
c.Authenticator.allowed_users = {name for people in COURSES.values() for name in people["students"] + people["graders"]}

# What a person's own server may ask the hub: which groups its owner is in (the lists of courses) and which services its
# owner may see. Owners without such a right do not gain one by this.
c.JupyterHub.load_roles = [
    {
        "name": "server",
        "scopes": ["access:servers!user", "users:activity!user", "read:users!user", "list:services", "read:services"],
    },
]
for course in COURSES:
    c.JupyterHub.load_roles += [
        {  # its graders open the course's Formgrader; nobody else does, nor sees that it is there
            "name": f"formgrade-{course}",
            "groups": [f"formgrade-{course}"],
            "scopes": [f"{may}:services!service={course}" for may in ("access", "list", "read")],
        },
        {  # Formgrader asks which courses its account grades; Manage Students puts people into the course's group
            "name": f"course-{course}",
            "services": [course],
            "scopes": [f"read:users!user=grader-{course}", "list:groups", f"groups!group=nbgrader-{course}"],
        },
    ]

c.JupyterHub.services = [
    {
        "name": course,
        "url": f"http://127.0.0.1:{people['port']}",
        "command": [str(BIN / "jupyterhub-singleuser")],
        "user": f"grader-{course}",  # owns the course folder, which is closed to everybody else
        "cwd": f"/home/grader-{course}/course",  # here nbgrader_config.py and nbgrader_config.json are found
        "environment": {"JUPYTERHUB_DEFAULT_URL": "/lab"},
        "oauth_no_confirm": True,
    }
    for course, people in COURSES.items()
]
