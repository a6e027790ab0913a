"""Cells as they stand in everyday notebooks: what a real kernel makes of them, the sandbox should make of them, too.

They run one after another in one notebook, so that later ones see what earlier ones have left.
"""

from __future__ import annotations

import importlib.util
import re
from dataclasses import dataclass
from typing import Any

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@dataclass(frozen=True)
class Probe:
    """One cell.

    instead: where the sandbox does by design something else than a kernel, a part of what it says. needs: a module
    without which the cell proves nothing. past_python: it writes to a descriptor, not to sys.stdout, and a kernel
    loses what its watching thread reads only after the cell's end.
    """

    name: str
    source: str
    instead: str = ""
    needs: str = ""
    past_python: bool = False

    @property
    def can_run(self) -> bool:
        return not self.needs or importlib.util.find_spec(self.needs) is not None


PROBES = (
    # what Python itself does
    Probe("a number", "1 + 1"),
    Probe("the last of several expressions", "2\n'three'\n[4, 5.0, None]"),
    Probe("a last expression that is None", "None"),
    Probe("a semicolon", "6 * 7;"),
    Probe("a trailing comment", "6 * 7  # the answer"),
    Probe("a semicolon and a comment", "6 * 7;  # nothing is shown"),
    Probe("an assignment", "x = 5"),
    Probe("an assignment in an expression", "(y := x + 1)"),
    Probe("history", "_ + 1, __, _1, Out[1], In[1], len(In)"),
    Probe("print and a value", "print('first', 'second', sep='-', end='!\\n')\n'third'"),
    Probe("print flushed and written", "import sys\nprint('a', flush=True)\nsys.stdout.write('b\\n')"),
    Probe("print to stderr", "print('careful', file=sys.stderr)"),
    Probe("stdout and stderr", "print('out')\nprint('err', file=sys.stderr)\nprint('out again')"),
    Probe("properties of stdout", "sys.stdout.encoding, sys.stdout.isatty(), sys.stdout.name, sys.stdout.writable()"),
    Probe("stdout has no bytes", "sys.stdout.buffer.write(b'x')"),
    Probe("unicode", "print('Grüße, 你好, 🙂, \\u0301')\n'é' + 'ß'"),
    Probe("a long list", "list(range(2000))"),
    Probe("a wide dictionary", "{f'key {n}': 'x' * n for n in range(30)}"),
    Probe("a set and a tuple", "{1, 2, 3}, (1,), frozenset({4})"),
    Probe("an object's own repr", "class Odd:\n    def __repr__(self): return 'odd\\nand even'\nOdd()"),
    Probe("an object without one", "class Bare: pass\nBare()"),
    Probe("a class and a function", "def f(a, b=2): return a\nf, Bare, len"),
    Probe("a docstring is no output", "def g():\n    'what it does'\ng.__doc__"),
    Probe("a dataclass", "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\n    y: int = 2\nP(1)"),
    Probe("an enum", "from enum import Enum\nclass Colour(Enum):\n    RED = 1\nColour.RED"),
    Probe("a named tuple", "from collections import namedtuple\nnamedtuple('T', 'a b')(1, 2)"),
    Probe("a generator", "def count():\n    yield from range(3)\nlist(count()), next(count())"),
    Probe("closures", "def adder(n):\n    def add(m):\n        return n + m\n    return add\nadder(2)(3)"),
    Probe("a comprehension in a class", "class C:\n    n = 3\n    squares = [k * k for k in range(3)]\nC.squares"),
    Probe("pickling what the notebook defines", "import pickle\npickle.loads(pickle.dumps(P(3)))"),
    Probe("the module's name", "__name__, __builtins__.__name__, '__file__' in globals()"),
    Probe("what a library asks", "type(get_ipython()).__name__, 'IPKernelApp' in get_ipython().config"),
    Probe("a deprecated thing", "import warnings\nwarnings.warn('old', DeprecationWarning)"),
    Probe("a warning", "warnings.warn('careful')"),
    Probe("a warning of NumPy", "import numpy as np\nnp.array([1.0]) / 0"),
    Probe("logging", "import logging\nlogging.warning('hm')\nlogging.getLogger('mine').info('not shown')"),
    Probe("arrays", "np.arange(12.0).reshape(3, 4)"),
    Probe("arrays with print options", "np.set_printoptions(precision=2)\nnp.array([1 / 3])"),
    Probe("random numbers with a seed", "np.random.seed(1)\nnp.random.rand(3), np.random.default_rng(2).integers(9)"),
    # what goes wrong
    Probe("a syntax error", "def f(:\n    pass"),
    Probe("bad indentation", "if True:\n    1\n  2"),
    Probe("an open bracket", "print('a'"),
    Probe("an exception", "1 / 0"),
    Probe("an undefined name", "no_such_name"),
    Probe("output before an exception", "print('before')\n[][1]\nprint('after')"),
    Probe("a chain of exceptions", "try:\n    {}['a']\nexcept KeyError as e:\n    raise ValueError('worse') from e"),
    Probe("an exception of one's own", "class Mine(Exception): pass\nraise Mine('mine', 3)"),
    Probe("an exception with a note", "e = ValueError('v')\ne.add_note('noted')\nraise e"),
    Probe("a group of exceptions", "raise ExceptionGroup('several', [ValueError(1), TypeError(2)])"),
    Probe("an assertion", "assert 1 == 2, 'one is not two'"),
    Probe("an empty assertion", "assert False"),
    Probe("KeyboardInterrupt", "raise KeyboardInterrupt"),
    Probe("SystemExit", "raise SystemExit('bye')"),
    Probe("sys.exit", "sys.exit(3)"),
    Probe("sys.exit of nothing", "sys.exit()"),
    Probe("a repr that raises", "class Bad:\n    def __repr__(self): raise RuntimeError('bad repr')\nBad()"),
    Probe("a traceback printed", "import traceback\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    print('caught')"),
    Probe("an import that fails", "import no_such_module"),
    # rich outputs
    Probe("display", "display('text', 5, [1])"),
    Probe("display and a value", "display(1)\nprint('between')\n2"),
    Probe("raw display", "display({'text/plain': 'p', 'text/html': '<b>h</b>'}, raw=True, metadata={'a': 1})"),
    Probe("display of no mapping", "from IPython.display import publish_display_data\npublish_display_data(3)"),
    Probe("HTML", "from IPython.display import HTML\nHTML('<b>bold</b>')"),
    Probe(
        "Markdown, Latex, Math", "from IPython.display import *\ndisplay(Markdown('*m*'), Latex('$l$'), Math('x^2'))"
    ),
    Probe("JSON", "JSON({'a': [1, 2, {'b': None}]})"),
    Probe("SVG", f"SVG('''{SVG}''')"),
    Probe("an image of bytes", f"import base64\nImage(data=base64.b64decode('{PNG}'), format='png', width=20)"),
    Probe("an image of a URL", "Image(url='https://example.org/a.png')"),
    Probe("Javascript", "Javascript('1 + 1')"),
    Probe("Code, Pretty, Audio", "display(Code('x = 1', language='python'), Pretty('p'))"),
    Probe("a frame", "IFrame('https://example.org', 100, 50)"),
    Probe("_repr_html_", "class H:\n    def _repr_html_(self): return '<i>h</i>'\nH()"),
    Probe(
        "_repr_markdown_ and _repr_latex_",
        "class M(H):\n    def _repr_markdown_(self): return '*m*'\n    def _repr_latex_(self): return '$m$'\nM()",
    ),
    Probe("_repr_png_", f"class I:\n    def _repr_png_(self): return base64.b64decode('{PNG}')\nI()"),
    Probe(
        "_repr_svg_ and _repr_json_",
        f"class S:\n    def _repr_svg_(self): return '''{SVG}'''\n    def _repr_json_(self): return {{'s': 1}}\nS()",
    ),
    Probe(
        "_repr_mimebundle_",
        "class B:\n    def _repr_mimebundle_(self, include=None, exclude=None):\n"
        "        bundle = {'text/plain': 'b', 'application/x-mine+json': {'deep': [1]}}\n"
        "        return bundle, {'application/x-mine+json': {'m': 1}}\nB()",
    ),
    Probe("_ipython_display_", "class D:\n    def _ipython_display_(self): print('shows itself')\nD()"),
    Probe("a repr of HTML that raises", "class R:\n    def _repr_html_(self): raise ValueError('no html')\nR()"),
    Probe("a progress bar", "bar = ProgressBar(3)\nbar.display()\nfor _ in bar: pass"),
    Probe("display_id and update", "h = display('one', display_id='mine')\nh.update('two')\nprint('done')"),
    Probe("update_display", "display('a', display_id='d')\nupdate_display('b', display_id='d')"),
    Probe("an unknown display's update", "update_display('c', display_id='nowhere')"),
    Probe("clear_output", "print('gone')\ndisplay('gone')\nclear_output()\nprint('kept')"),
    Probe("clear_output that waits", "print('kept')\nclear_output(wait=True)"),
    Probe("clear_output in a loop", "for n in range(4):\n    clear_output(wait=True)\n    print('round', n)"),
    Probe("_repr_pretty_", "class Q:\n    def _repr_pretty_(self, p, cycle): p.text('pretty')\n[Q()]"),
    Probe(
        "a formatter of one's own",
        "get_ipython().display_formatter.formatters['text/html'].for_type(P, lambda p: f'<p>{p.x}</p>')\nP(7)",
    ),
    # figures
    Probe("a figure without show", "import matplotlib.pyplot as plt\nplt.plot([1, 2, 1])"),
    Probe("a figure with show", "plt.plot([1, 2, 1])\nplt.title('t')\nplt.show()"),
    Probe("a figure and a semicolon", "plt.plot([2, 1]);"),
    Probe("%matplotlib inline", "%matplotlib inline\nplt.hist([1, 1, 2]);"),
    Probe(
        "several figures", "plt.figure(figsize=(2, 1))\nplt.plot([1, 2])\nplt.figure()\nplt.plot([2, 1])\nprint('two')"
    ),
    Probe("a figure as a value", "fig, ax = plt.subplots(figsize=(2, 1))\nax.bar(['a', 'b'], [1, 2])\nfig"),
    Probe("a closed figure", "plt.plot([1])\nplt.close()\n'closed'"),
    Probe("figures as SVG", "%config InlineBackend.figure_formats = ['svg']\nplt.figure(figsize=(1, 1));"),
    Probe("figures as PNG again", "%config InlineBackend.figure_formats = ['png']\nplt.figure(figsize=(1, 1));"),
    Probe("an exception after a figure", "plt.plot([1])\n1 / 0"),
    Probe("the backend", "import matplotlib\nmatplotlib.get_backend(), plt.isinteractive()"),
    # asynchronous code and threads
    Probe("await", "import asyncio\nawait asyncio.sleep(0.01)\n'awaited'"),
    Probe(
        "gather",
        "async def twice(n):\n    await asyncio.sleep(0)\n    return 2 * n\n"
        "await asyncio.gather(*map(twice, range(3)))",
    ),
    Probe(
        "async for and with", "async def steps():\n    for n in range(2):\n        yield n\n[n async for n in steps()]"
    ),
    Probe("a task that ends later", "task = asyncio.create_task(twice(21))\ntask.done()"),
    Probe("and its result", "await task"),
    Probe("asyncio.run", "once = twice(1)\ntry:\n    asyncio.run(once)\nfinally:\n    once.close()"),
    Probe("an exception in a coroutine", "async def fails():\n    raise ValueError('async')\nawait fails()"),
    Probe(
        "a thread", "import threading\nt = threading.Thread(target=print, args=('from a thread',))\nt.start()\nt.join()"
    ),
    Probe(
        "a pool of threads",
        "from concurrent.futures import ThreadPoolExecutor\n"
        "with ThreadPoolExecutor(2) as pool: print(list(pool.map(abs, [-1, -2])))",
    ),
    Probe(
        "a queue",
        "import queue\nq = queue.Queue()\nthreading.Thread(target=q.put, args=(3,)).start()\nq.get(timeout=5)",
    ),
    # magics
    Probe("%time", "%time sum(range(10))"),
    Probe("%%time", "%%time\ntotal = sum(range(10))\nprint('timed')"),
    Probe("%%time with a value", "%%time\n3 + 4"),
    Probe("%timeit", "%timeit -n 2 -r 2 pass"),
    Probe("%%timeit", "%%timeit -n 2 -r 2\npass"),
    Probe("%%capture", "%%capture taken\nprint('caught')\ndisplay(1)\n3"),
    Probe("what was captured", "taken.stdout, len(taken.outputs)\ntaken.show()"),
    Probe(
        "redirect_stdout",
        "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as into:\n"
        "    print('into')\ninto.getvalue()",
    ),
    Probe("%%writefile", "%%writefile script.py\nprint('a script', __name__)\nz = 8"),
    Probe("and reading it back", "open('script.py').read()"),
    Probe("%run", "%run script.py\nz"),
    Probe("importing it", "import script\nscript.z"),
    Probe("%%writefile -a", "%%writefile -a script.py\nz = 9"),
    Probe("%load_ext autoreload", "%load_ext autoreload\n%autoreload 2\nimport time\ntime.sleep(0.02)"),
    Probe(
        "a changed module",
        "import os\nos.utime('script.py', (2e9, 2e9)) if os.utime in os.supports_fd else None\nscript.z >= 8",
    ),
    Probe("which is loaded once more", "script.z"),
    Probe("a module imported since", "%%writefile later.py\nz = 1"),
    Probe(
        "and changed",
        "import later\nfirst = later.z\nopen('later.py', 'a').write('z = 2')\nos.utime('later.py', (2e9, 2e9))",
    ),
    Probe("is loaded once more, too", "first, later.z"),
    Probe("%load_ext of nothing", "%load_ext no_such_extension"),
    Probe("an unknown magic", "%no_such_magic"),
    Probe("an unknown cell magic", "%%no_such_cell_magic\n1"),
    Probe("%who", "a_name = 1\n%who int"),
    Probe("%pwd and %cd", "folder = %pwd\n%cd -q ..\n%cd -q {folder}\nimport os\nos.getcwd() == folder"),
    Probe("%env", "%env NBGRADER_PROBE=1\nos.environ['NBGRADER_PROBE']"),
    Probe("%precision", "%precision 3\n1 / 3"),
    Probe("%precision again", "%precision"),
    Probe("%xmode", "%xmode Plain\n1 / 0"),
    Probe("%xmode back", "%xmode Context"),
    Probe("%history", "%history 2-4"),
    Probe("%store", "kept = 5\n%store kept\n%store"),
    Probe("%bookmark", "%bookmark here\n%bookmark -l"),
    Probe("%rerun", "%rerun 1"),
    Probe("decimals in a context", "import decimal\ndecimal.getcontext().prec = 5"),
    Probe("and in the next cell", "decimal.Decimal(1) / 3, np.geterr()['divide']"),
    Probe("%alias_magic", "%alias_magic t timeit"),
    Probe("%%html, %%markdown, %%latex", "%%html\n<b>x</b>"),
    Probe("%%javascript", "%%javascript\n1 + 1"),
    Probe("%%svg", f"%%svg\n{SVG}"),
    Probe("%prun", "%prun -q sum([1])"),
    Probe("%pdb and %debug state", "%pdb off"),
    Probe("a magic without its sign", "pwd"),
    # help
    Probe("help()", "help(adder)"),
    Probe("a question mark", "adder?"),
    Probe("two question marks", "adder??"),
    Probe("a question about nothing", "no_such_thing?"),
    Probe("a wildcard", "*addr*?"),
    # input
    Probe("input", "input('Your name? ')", instead="nobody is there"),
    Probe("getpass", "import getpass\ngetpass.getpass()", instead="nobody is there"),
    Probe("reading stdin", "sys.stdin.read()"),
    # files and the system
    Probe(
        "files", "with open('made.txt', 'w') as f: f.write('text')\nopen('made.txt').read(), os.path.exists('made.txt')"
    ),
    Probe("a missing file", "open('missing.txt')"),
    Probe("os.write", "import os\nos.write(1, b'past Python\\n');", past_python=True),
    Probe(
        "C's stdout",
        "import ctypes\nlibc = ctypes.CDLL(None)\nlibc.puts(b'from C')\nlibc.fflush(None);",
        past_python=True,
    ),
    Probe("os.write to stderr", "os.write(2, b'past Python\\n');", past_python=True),
    Probe("nbgrader's variable", "os.environ['NBGRADER_EXECUTION']", instead="autograde"),
    Probe("temporary files", "import tempfile\nwith tempfile.TemporaryDirectory() as d: print(os.path.isdir(d))"),
    Probe("a database", "import sqlite3\nsqlite3.connect(':memory:').execute('select 1 + 1').fetchall()"),
    Probe("CSV", "import csv\nlist(csv.reader(['a,b', '1,\"2,3\"']))"),
    Probe("tqdm", "from tqdm import tqdm\nfor _ in tqdm(range(3)): pass"),
    # other libraries, where they are
    Probe("a table of pandas", "import pandas as pd\npd.DataFrame({'a': [1, 2], 'b': ['x', None]})", needs="pandas"),
    Probe("a series of pandas", "pd.Series([1.5, 2.5], name='s').describe()", needs="pandas"),
    Probe("a styled table", "pd.DataFrame({'a': [1]}).style.set_uuid('u').highlight_max()", needs="pandas"),
    Probe("a formula of SymPy", "import sympy\nsympy.symbols('x')**2 + 1", needs="sympy"),
    Probe("SciPy", "from scipy import optimize\nround(optimize.brentq(lambda x: x**2 - 2, 0, 2), 6)", needs="scipy"),
    Probe("a widget", "import ipywidgets\nipywidgets.IntSlider(3, description='n')", needs="ipywidgets"),
    Probe(
        "several widgets", "display(ipywidgets.HBox([ipywidgets.Button(), ipywidgets.HTML('h')]))", needs="ipywidgets"
    ),
    Probe(
        "a widget's value",
        "s = ipywidgets.IntSlider(3)\ns.observe(lambda change: print(change['new']), 'value')\ns.value = 5",
        needs="ipywidgets",
    ),
    Probe("tqdm as a widget", "from tqdm.auto import tqdm\nfor _ in tqdm(range(3)): pass", needs="ipywidgets"),
)

STARTING = (  # what needs the setting `processes`
    Probe("a command", "!echo one; echo two >&2; echo three"),
    Probe("a command with a variable", "word = 'said'\n!echo {word} $word"),
    Probe("a command's output", "lines = !printf 'a\\nb\\n'\nlines, lines.n"),
    Probe("a command's status", "!exit 3\n_exit_code"),
    Probe("a command that is not there", "!no_such_command_at_all"),
    Probe("a command in the background", "!sleep 1 &"),
    Probe("listing files", "%%writefile one.txt\nx"),
    Probe("listing files again", "!ls one.txt && cat one.txt | wc -l"),
    Probe("%%bash", "%%bash\nfor n in 1 2; do echo $n; done"),
    Probe("%%bash that fails", "%%bash\necho before\nexit 2"),
    Probe("%%bash --out", "%%bash --out taken\necho kept"),
    Probe("and what it said", "taken"),
    Probe("%%sh", "%%sh\necho sh"),
    Probe("%sx", "%sx echo sx"),
    Probe("%%script", "%%script python3 -c 'import sys; print(sys.stdin.read().upper())'\nupper"),
    Probe("subprocess.run", "import subprocess\nsubprocess.run(['echo', 'hi'], capture_output=True, text=True)"),
    Probe(
        "subprocess to stdout", "subprocess.run(['echo', 'between'])", past_python=True
    ),  # mixed with prints a kernel's order is chance
    Probe("subprocess that fails", "subprocess.run('exit 4', shell=True, check=True)"),
    Probe("subprocess with input", "subprocess.check_output(['tr', 'a-z', 'A-Z'], input=b'abc')"),
    Probe("subprocess in time", "subprocess.run(['sleep', '9'], timeout=0.2)"),
    Probe("os.system", "import os\nstatus = os.system('echo system')", past_python=True),
    Probe("os.popen", "os.popen('echo popen').read()"),
    Probe("a pipe of processes", "!printf 'b\\na\\n' | sort"),
    Probe(
        "another Python",
        "import sys\nsubprocess.run([sys.executable, '-c', 'print(6 * 7)'], capture_output=True).stdout",
    ),
    Probe(
        "an asynchronous process",
        "import asyncio\np = await asyncio.create_subprocess_exec('echo', 'x', stdout=-1)\n(await p.communicate())[0]",
    ),
    Probe(
        "a pool of processes",
        "import multiprocessing as mp\ncontext = mp.get_context('fork')\ndef square(x): return x * x\n"
        "with context.Pool(2) as pool: print(pool.map(square, range(4)))",
    ),
    Probe(
        "a process and a queue",
        "q = context.Queue()\ndef work(q):\n    print('at work', flush=True)\n    q.put(3)\n"
        "p = context.Process(target=work, args=(q,))\np.start()\nprint(q.get(timeout=5))\np.join()\np.exitcode",
    ),
    Probe(
        "shared values",
        "v, a = context.Value('i', 1), context.Array('d', [0.5])\ndef add(v, a):\n"
        "    with v.get_lock(): v.value += 1\n    a[0] *= 2\np = context.Process(target=add, args=(v, a))\np.start()\n"
        "p.join()\nv.value, a[:]",
    ),
    Probe(
        "an executor of processes",
        "from concurrent.futures import ProcessPoolExecutor\n"
        "with ProcessPoolExecutor(2, mp_context=context) as pool: print(list(pool.map(square, [3, 4])))",
    ),
    Probe(
        "spawned processes",
        "spawning = mp.get_context('spawn')\nwith ProcessPoolExecutor(1, mp_context=spawning) as pool:\n"
        "    print(list(pool.map(abs, [-3])))",
    ),
    Probe(
        "shared memory",
        "from multiprocessing import shared_memory\nm = shared_memory.SharedMemory(create=True, size=8)\n"
        "m.buf[0] = 7\nother = shared_memory.SharedMemory(m.name)\nprint(other.buf[0])\n"
        "other.close()\nm.close()\nm.unlink()",
    ),
    Probe(
        "an exception in a pool",
        "def broken(x): raise ValueError(x)\nwith context.Pool(1) as pool: pool.map(broken, [1])",
    ),
    Probe(
        "joblib", "import joblib\njoblib.Parallel(n_jobs=2)(joblib.delayed(abs)(n) for n in (-1, -2))", needs="joblib"
    ),
)


@dataclass(frozen=True)
class Closed:
    """A cell that wants what a course has to open: which setting would, "" where none is named, and what it says."""

    name: str
    source: str
    refused: str
    says: str


PROGRAMS, NETWORK = "cannot start other programs", "cannot reach the network"
CLOSED = (
    Closed("a command", "!ls", "processes", PROGRAMS),
    Closed("a command's output", "names = !ls\nnames", "processes", PROGRAMS),
    Closed("%%bash", "%%bash\nls", "processes", PROGRAMS),
    Closed("%pip", "%pip install anything", "processes", PROGRAMS),
    Closed("subprocess", "import subprocess\nsubprocess.run(['ls'])", "processes", PROGRAMS),
    Closed("os.system", "import os\nos.system('ls');", "processes", PROGRAMS),
    Closed("os.popen", "os.popen('ls').read()", "processes", PROGRAMS),
    Closed("os.fork", "os.fork()", "processes", PROGRAMS),
    Closed("os.posix_spawn", "os.posix_spawn('/bin/ls', ['ls'], {})", "processes", PROGRAMS),
    Closed("os.execv", "os.execv('/bin/ls', ['ls'])", "processes", PROGRAMS),
    Closed("a process", "import multiprocessing as mp\nmp.Process(target=print).start()", "processes", PROGRAMS),
    Closed("a pool", "mp.Pool(2)", "processes", PROGRAMS),
    Closed(
        "an executor", "from concurrent.futures import *\nProcessPoolExecutor(2).submit(abs, 1)", "processes", PROGRAMS
    ),
    Closed("asyncio", "import asyncio\nawait asyncio.create_subprocess_exec('ls')", "processes", PROGRAMS),
    Closed(
        "an error that led to another",
        "try:\n    subprocess.run(['ls'])\nexcept OSError:\n    {}['a']",
        "processes",
        PROGRAMS,
    ),
    Closed("a socket", "import socket\nsocket.socket()", "network", NETWORK),
    Closed("a connection", "socket.create_connection(('127.0.0.1', 9))", "network", NETWORK),
    Closed("a name", "socket.gethostbyname('example.org')", "network", NETWORK),
    Closed("a web page", "import urllib.request\nurllib.request.urlopen('http://example.org')", "network", NETWORK),
    Closed("a web page with requests", "import requests\nrequests.get('http://example.org')", "network", NETWORK),
    Closed("too large an array", "import numpy as np\nnp.ones(10**11)", "memory", "may use 2048 MB of memory"),
    Closed("too long a list", "[0] * 10**11", "memory", "may use 2048 MB of memory"),
    Closed("another failure", "open('missing.txt')", "", "No such file"),
    Closed("another prohibition", "os.kill(os.getppid(), 9)", "", "Operation not permitted"),
    Closed(
        "what a library copes with", "import ctypes.util\nctypes.util.find_library('no_such'), 'coped'", "", "coped"
    ),
)

LAST = Probe("exit", "exit()")  # the kernel ends with it

_TIMES = re.compile(
    r"[\d.]+(?:e[+-]\d+)? ?(?:[mnuµμ]?s|seconds|min|h)\b(?: [\d.]+ ?[mnuµμ]?s)*"
    r"|\d\d:\d\d|[\d.]+it/s|\?it/s"
)
_REPLACED = (
    (re.compile(r"\r\n"), "\n"),  # a terminal's line ends, which `!command` has in a kernel
    (re.compile(r"0x[0-9a-f]+"), "0x…"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "id"),
    (re.compile(r"/tmp/ipykernel_\d+/\d+\.py|<ipython-input-[^>]+>|\b\d{6,}\.py\b"), "<cell>"),
    (_TIMES, "time"),
    (re.compile(r"time ± time per loop"), "time per loop"),
    (re.compile(r"The slowest run took .*\n"), ""),  # of %timeit, on a busy machine
)


def normal(outputs: list[dict[str, Any]], folder: str) -> list[Any]:
    """What is compared of a cell's outputs: no addresses, times, random names; errors by name and message alone.

    folder: the working folder. The text of a stream between two other outputs is one text: a kernel does not keep the
    order in which the two streams were written to.
    """
    found: list[Any] = []
    texts: dict[str, str] = {}
    for output in [*outputs, {"output_type": "end"}]:
        kind = output["output_type"]
        if kind == "stream":
            texts[output["name"]] = texts.get(output["name"], "") + output["text"]
            continue
        found += sorted(texts.items())
        texts = {}
        if kind == "end":
            break
        if kind == "error":
            found.append((kind, output["ename"], output["evalue"]))
        else:
            found.append((kind, output["data"], output.get("metadata", {}), output.get("execution_count")))
    return [_neutral(each, folder) for each in found]


def _neutral(value: Any, folder: str) -> Any:
    if isinstance(value, dict):
        return {key: _neutral(each, folder) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_neutral(each, folder) for each in value]
    if not isinstance(value, str):
        return value
    value = value.replace(folder, ".")  # first: its random name may look like a time
    for pattern, neutral in _REPLACED:
        value = pattern.sub(neutral, value)
    return value
