# SPDX-License-Identifier: Apache-2.0
"""Private mail servers for the tests: a real Postfix and a real Sendmail, run from extracted Debian packages.

The host's own mail server is never configured, started or replaced, and no package is installed. Everything lives in a
temporary folder and in private namespaces (mount, UTS, process ids and, unless told otherwise, network), so that the
end of the program is the end of all of it, however it ends.

A test program calls `enter (needs=...)` first: it fetches packages, then runs itself again inside of the namespaces.
As a program: `rig.py postfix --milter unix:PATH [--host-net] [--sink DIR]` starts one, prints its ports and waits.
"""
import argparse
import ctypes
import fcntl
import glob
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import smtp  # noqa: E402
import tap  # noqa: E402

HOST = "gw.example.lg.jp"
PACKAGES = {
    "postfix": ["postfix"],
    "sendmail": ["sendmail-bin", "sendmail-cf", "m4", "libwrap0", "libnsl2", "liblockfile1", "libsasl2-2"],
}
LIBRARIES = {  # shared objects that a bare Debian 12 may lack, and the package of each
    "libdb-5.3.so": "libdb5.3", "libicuuc.so.72": "libicu72", "libicui18n.so.72": "libicu72",
    "libicudata.so.72": "libicu72", "libnsl.so.2": "libnsl2", "libtirpc.so.3": "libtirpc3",
    "libsasl2.so.2": "libsasl2-2", "libssl.so.3": "libssl3", "libcrypto.so.3": "libssl3",
    "libwrap.so.0": "libwrap0", "liblockfile.so.1": "liblockfile1", "libldap-2.5.so.0": "libldap-2.5-0",
    "liblber-2.5.so.0": "libldap-2.5-0", "libgssapi_krb5.so.2": "libgssapi-krb5-2", "libkrb5.so.3": "libkrb5-3",
    "libk5crypto.so.3": "libk5crypto3", "libkrb5support.so.0": "libkrb5support0", "libcom_err.so.2": "libcom-err2",
    "libkeyutils.so.1": "libkeyutils1", "libsigsegv.so.2": "libsigsegv2", "libstdc++.so.6": "libstdc++6",
}
ACCOUNTS = [  # (user, uid, group, gid) the servers need; added to a copy of the host's files where missing
    ("postfix", 61001, "postfix", 61001), (None, None, "postdrop", 61002),
    ("smmsp", 61003, "smmsp", 61003), ("smmta", 61004, "smmta", 61004), ("mugai", 61005, "mugai", 61005),
]


class Unavailable(Exception):
    """The rig cannot run here; the message says why."""


# ---------------------------------------------------------------- packages

def cache_dir():
    base = os.environ.get("MUGAI_TEST_CACHE")
    if not base:
        base = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "mugai-test")
    os.makedirs(base, exist_ok=True)
    return base


def _download(packages, folder):
    for package in packages:
        if glob.glob(os.path.join(folder, package + "_*.deb")):
            continue
        done = subprocess.run(["apt-get", "-o", "APT::Sandbox::User=root", "-q", "download", package], cwd=folder,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode != 0:
            raise Unavailable("apt-get download %s: %s" % (package, done.stdout.decode()[-300:].strip()))


def _extract(packages, folder, root):
    for package in packages:
        for deb in glob.glob(os.path.join(folder, package + "_*.deb")):
            subprocess.run(["dpkg", "-x", deb, root], check=True)


def libraries_of(root):
    found = []
    for name in ("lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu", "usr/lib/postfix", "usr/lib/sendmail"):
        for path in glob.glob(os.path.join(root, name.replace("x86_64", "*"))):
            if path not in found:
                found.append(path)
    return ":".join(found)


def _missing(root, patterns):
    env = dict(os.environ, LD_LIBRARY_PATH=libraries_of(root), LC_ALL="C")
    missing = set()
    for pattern in patterns:
        for path in glob.glob(os.path.join(root, pattern)):
            out = subprocess.run(["ldd", path], env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                 check=False).stdout.decode()
            missing |= {line.split()[0] for line in out.splitlines() if "not found" in line}
    return missing


def _no_set_id(root):
    """The loader ignores LD_LIBRARY_PATH for set-id programs, and root needs none of those bits."""
    for folder, _, files in os.walk(root):
        for name in files:
            path = os.path.join(folder, name)
            if not os.path.islink(path) and os.stat(path).st_mode & 0o6000:
                os.chmod(path, os.stat(path).st_mode & 0o1777)


def fetch(name):
    """Returns the folder with the extracted packages of @name; from the cache after the first time."""
    base = cache_dir()
    root, debs = os.path.join(base, name), os.path.join(base, "deb")
    os.makedirs(debs, exist_ok=True)
    with open(os.path.join(base, "lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = os.path.join(root, ".complete")
        if not os.path.exists(stamp):
            shutil.rmtree(root, ignore_errors=True)
            _download(PACKAGES[name], debs)
            _extract(PACKAGES[name], debs, root)
            programs = ["usr/lib/postfix/sbin/*", "usr/sbin/*", "usr/lib/postfix/*.so*", "usr/bin/m4",
                        "usr/libexec/sendmail/*", "usr/lib/sm.bin/*"]
            for _ in range(4):
                lacking = _missing(root, programs)
                if not lacking:
                    break
                unknown = sorted(lacking - set(LIBRARIES))
                if unknown:
                    raise Unavailable("%s needs %s, which the rig does not know" % (name, " ".join(unknown)))
                more = sorted({LIBRARIES[so] for so in lacking})
                _download(more, debs)
                _extract(more, debs, root)
            _no_set_id(root)
            open(stamp, "w").close()
    return root


# ---------------------------------------------------------------- namespaces

def _namespaces(net):
    flags = ["--mount", "--uts", "--propagation", "private"] + (["--net"] if net else [])
    full = flags + ["--pid", "--fork", "--kill-child=SIGKILL", "--mount-proc"]
    for some in (full, flags):
        probe = subprocess.run(["unshare"] + some + ["--", "true"], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, check=False)
        if probe.returncode == 0:
            return some
    raise Unavailable("unshare %s is not permitted here" % " ".join(flags))


def enter(needs=(), net=True):
    """Fetch what is needed, then run this program again in namespaces of its own; returns only there.
    Skips the whole test program, visibly, where that is impossible."""
    if os.environ.pop("MUGAI_RIG_INSIDE", None):
        _settle(net, needs)
        return
    if os.geteuid() != 0:
        tap.skip_all("needs root for private namespaces and the servers' accounts")
    try:
        for name in needs:
            fetch(name)
        flags = _namespaces(net)
    except (Unavailable, OSError, subprocess.CalledProcessError) as error:
        if os.environ.get("MUGAI_E2E_MUST_WORK"):
            print("Bail out! %s" % error)
            sys.exit(1)
        tap.skip_all(str(error).replace("\n", " "))
    os.environ["MUGAI_RIG_INSIDE"] = "pid" if "--pid" in flags else "same"
    sys.exit(_run_inside(["unshare"] + flags + ["--", "/usr/bin/python3"] + sys.argv))


def _run_inside(command):
    """Run @command with a temporary folder that goes away with it; it dies with us. Returns its exit status."""
    PR_SET_PDEATHSIG = 1
    libc = ctypes.CDLL(None)
    top = os.environ["MUGAI_RIG_TOP"] = tempfile.mkdtemp(prefix="mugai-rig.")
    os.chmod(top, 0o755)
    try:
        child = subprocess.Popen(command, preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL))
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda got, _: child.send_signal(signal.SIGKILL))
        return child.wait()
    finally:
        shutil.rmtree(top, ignore_errors=True)


def _settle(net, needs):
    """Inside: loopback up, a host name with a dot, account files that have the servers' users, and their libraries where
    the loader finds them: Postfix's postdrop runs with an environment of its own."""
    if net:
        _loopback_up()
    socket.sethostname(HOST)
    folder = tempfile.mkdtemp(prefix="mugai-etc.")
    try:
        _mount_accounts(folder)
        _mount_libraries(folder, [fetch(name) for name in needs])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _loopback_up():
    SIOCSIFFLAGS, IFF_UP_RUNNING = 0x8914, 0x41
    request = b"lo".ljust(16, b"\0") + IFF_UP_RUNNING.to_bytes(2, sys.byteorder) + bytes(22)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, SIOCSIFFLAGS, request)


def _mount(source, target, kind, flags, options):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(source, target.encode(), kind, flags, options) != 0:
        raise OSError(ctypes.get_errno(), "mount on " + target)


def _bind(source, target):
    MS_BIND = 4096
    _mount(source.encode(), target, None, MS_BIND, None)


def _mount_accounts(folder):
    texts = {}
    for name in ("passwd", "group", "hosts"):
        try:
            with open("/etc/" + name, encoding="utf-8", errors="surrogateescape") as f:
                texts[name] = f.read().rstrip("\n") + "\n"
        except OSError:
            texts[name] = ""
    users = {line.split(":")[0] for line in texts["passwd"].splitlines()}
    groups = {line.split(":")[0] for line in texts["group"].splitlines()}
    for user, uid, group, gid in ACCOUNTS:
        if group not in groups:
            texts["group"] += "%s:x:%d:\n" % (group, gid)
        if user and user not in users:
            texts["passwd"] += "%s:x:%d:%d::/nonexistent:/usr/sbin/nologin\n" % (user, uid, gid)
    texts["hosts"] += "127.0.0.1 %s gw localhost\n" % HOST
    for name, text in texts.items():
        path = os.path.join(folder, name)
        with open(path, "w", encoding="utf-8", errors="surrogateescape") as f:
            f.write(text)
        os.chmod(path, 0o644)
        if os.path.exists("/etc/" + name):
            _bind(path, "/etc/" + name)


def _mount_libraries(folder, roots):
    paths = [p for root in roots for p in libraries_of(root).split(":") if p]
    ldconfig = shutil.which("ldconfig", path="/sbin:/usr/sbin")
    if not paths or not ldconfig or not os.path.exists("/etc/ld.so.cache"):
        return
    with open(folder + "/ld.so.conf", "w", encoding="utf-8") as f:
        f.write("include /etc/ld.so.conf\n" + "\n".join(paths) + "\n")
    subprocess.run([ldconfig, "-X", "-f", folder + "/ld.so.conf", "-C", folder + "/ld.so.cache"], check=True,
                   stderr=subprocess.DEVNULL)
    os.chmod(folder + "/ld.so.cache", 0o644)
    _bind(folder + "/ld.so.cache", "/etc/ld.so.cache")


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def wait_port(port, process=None, timeout=15):
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if process is not None and process.poll() is not None:
            raise Unavailable("the server ended with status %d" % process.returncode)
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.01)
    raise Unavailable("nothing listens on port %d after %d s" % (port, timeout))


def wait_socket(path, process=None, timeout=15):
    """Wait until somebody listens on the Unix socket @path."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
            try:
                sock.connect(path)
                return
            except OSError:
                pass
        if process is not None and process.poll() is not None:
            raise Unavailable("the program ended with status %d before it listened on %s" % (process.returncode, path))
        time.sleep(0.01)
    raise Unavailable("nobody listens on %s after %d s" % (path, timeout))


def wait_path(path, process=None, timeout=15):
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if os.path.exists(path):
            return
        if process is not None and process.poll() is not None:
            raise Unavailable("the program ended with status %d before %s was there" % (process.returncode, path))
        time.sleep(0.01)
    raise Unavailable("%s is not there after %d s" % (path, timeout))


def new_folder(prefix, parent=None):
    """A temporary folder that other accounts may walk through."""
    folder = tempfile.mkdtemp(prefix=prefix, dir=parent or os.environ.get("MUGAI_RIG_TOP"))
    os.chmod(folder, 0o755)
    return folder


def safe_folder(prefix):
    """As new_folder(), below no folder that everybody may write to: Sendmail refuses a socket elsewhere. In memory."""
    for place in ("/media", "/srv", "/opt", "/mnt"):
        if os.path.ismount(place) and os.path.exists(place + "/.mugai-rig"):
            return new_folder(prefix, place)
    for place in ("/media", "/srv", "/opt", "/mnt"):
        if os.path.isdir(place) and not os.listdir(place):
            _mount(b"tmpfs", place, b"tmpfs", 0, b"mode=0755")
            open(place + "/.mugai-rig", "w").close()
            return new_folder(prefix, place)
    raise Unavailable("no empty folder among /media /srv /opt /mnt to mount a private one on")


def end_group(process, timeout=10):
    """End a process that was started with its own session, and all of that session's group."""
    if process is None:
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except (ProcessLookupError, PermissionError):
            pass
        try:
            process.wait(timeout)
            break
        except subprocess.TimeoutExpired:
            continue
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


# ---------------------------------------------------------------- Postfix

MAIN_CF = """\
compatibility_level = 3.6
queue_directory = {top}/spool
data_directory = {top}/data
command_directory = {root}/usr/sbin
daemon_directory = {root}/usr/lib/postfix/sbin
meta_directory = {top}/etc
shlib_directory = {root}/usr/lib/postfix
sendmail_path = {root}/usr/sbin/sendmail
mail_owner = postfix
setgid_group = postdrop
maillog_file = {top}/log/mail.log
maillog_file_prefixes = {top}
import_environment = MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ LANG=C LD_LIBRARY_PATH POSTLOG_SERVICE POSTLOG_HOSTNAME
multi_instance_enable = no
myhostname = {host}
mydestination =
local_transport = error:no local mail here
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mynetworks_style = host
local_header_rewrite_clients =
disable_dns_lookups = yes
smtp_dns_support_level = disabled
smtp_host_lookup = native
relayhost = [127.0.0.1]:{sink}
default_destination_concurrency_limit = 20
initial_destination_concurrency = 20
default_destination_recipient_limit = 100000
smtpd_recipient_limit = 100000
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_soft_error_limit = 100000
smtpd_hard_error_limit = 100000
smtpd_error_sleep_time = 0
smtpd_timeout = 60s
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
transport_retry_time = 1s
smtputf8_enable = yes
message_size_limit = 104857600
queue_minfree = 0
# what Mugai ships (samples/postfix/main.cf)
smtpd_milters = {milters}
non_smtpd_milters = {milters}
milter_default_action = {action}
milter_content_timeout = {content_timeout}
milter_protocol = 6
smtpd_forbid_bare_newline = normalize
cleanup_replace_stray_cr_lf = yes
message_strip_characters = \\0
smtpd_discard_ehlo_keywords = {discard}
enable_long_queue_ids = yes
{extra}
"""

MASTER_CF = """\
127.0.0.1:{port} inet n - n - {processes} smtpd
127.0.0.1:{release} inet n - n - - smtpd
  -o receive_override_options=no_milters
pickup unix n - n 1 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """One private Postfix. @milter: "unix:PATH", "inet:PORT@HOST" or None; @sink: port where all mail goes.
    After start (): port (with the milter), release (without), log (path). @extra: more lines of main.cf."""

    def __init__(self, milter, sink, action="tempfail", content_timeout="300s", discard="chunking", extra="",
                 parent=None, processes=100):
        self.root = fetch("postfix")
        self.top = new_folder("mugai-postfix.", parent)
        self.process = None
        self.port, self.release = free_port(), free_port()
        self.log = self.top + "/log/mail.log"
        self.env = dict(os.environ, LD_LIBRARY_PATH=libraries_of(self.root), MAIL_CONFIG=self.top + "/etc")
        milters = ""
        if milter:
            kind, _, where = milter.partition(":")
            milters = "%s:%s" % (kind, where if kind != "inet" else ":".join(reversed(where.split("@"))))
        values = {"top": self.top, "root": self.root, "host": HOST, "sink": sink, "milters": milters,
                  "action": action, "content_timeout": content_timeout, "discard": discard, "extra": extra,
                  "port": self.port, "release": self.release, "processes": processes}
        self._prepare(MAIN_CF.format(**values), MASTER_CF.format(**values))

    def _prepare(self, main, master):
        import pwd
        import grp
        user, drop = pwd.getpwnam("postfix").pw_uid, grp.getgrnam("postdrop").gr_gid
        for name in ("etc", "log", "spool"):
            os.mkdir(os.path.join(self.top, name), 0o755)
        os.mkdir(self.top + "/data", 0o700)
        os.chown(self.top + "/data", user, 0)
        modes = {"pid": (0, 0, 0o755), "public": (user, drop, 0o710), "maildrop": (user, drop, 0o730)}
        for name in ("active bounce corrupt defer deferred flush hold incoming maildrop pid private public saved "
                     "trace").split():
            path = os.path.join(self.top, "spool", name)
            uid, gid, mode = modes.get(name, (user, 0, 0o700))
            os.mkdir(path)
            os.chown(path, uid, gid)
            os.chmod(path, mode)
        for name, text in (("main.cf", main), ("master.cf", master)):
            with open(os.path.join(self.top, "etc", name), "w", encoding="utf-8") as f:
                f.write(text)

    def start(self):
        master = self.root + "/usr/lib/postfix/sbin/master"
        self.process = subprocess.Popen([master, "-c", self.top + "/etc", "-d"], env=self.env, cwd="/",
                                        stdin=subprocess.DEVNULL, start_new_session=True)
        wait_port(self.port, self.process)
        return self

    def stop(self):
        end_group(self.process)
        self.process = None
        shutil.rmtree(self.top, ignore_errors=True)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def tool(self, name):
        """Path of smtp-source, postqueue, sendmail...; run it with env=self.env."""
        return os.path.join(self.root, "usr/sbin", name)

    def queued(self):
        """Mails still in the queue (incoming, active, deferred, hold)."""
        count = 0
        for name in ("incoming", "active", "deferred", "hold", "maildrop"):
            for _, _, files in os.walk(os.path.join(self.top, "spool", name)):
                count += len(files)
        return count

    def held(self):
        return sum(len(f) for _, _, f in os.walk(os.path.join(self.top, "spool", "hold")))

    def flush(self):
        subprocess.run([self.tool("postqueue"), "-f"], env=self.env, check=False, stderr=subprocess.DEVNULL)

    def drain(self, timeout=60):
        """Wait until the queue is empty. Returns true when it is."""
        end = time.monotonic() + timeout
        while self.queued() > 0:
            if time.monotonic() > end:
                return False
            self.flush()
            time.sleep(0.2)
        return True

    def logged(self):
        try:
            with open(self.log, encoding="utf-8", errors="backslashreplace") as f:
                return f.read()
        except OSError:
            return ""


# ---------------------------------------------------------------- Sendmail

SENDMAIL_MC = """\
divert(0)dnl
OSTYPE(`linux')dnl
DOMAIN(`generic')dnl
define(`confDOMAIN_NAME', `{host}')dnl
define(`confLOG_LEVEL', `12')dnl
define(`QUEUE_DIR', `{top}/mqueue')dnl
define(`confPID_FILE', `{top}/sendmail.pid')dnl
define(`STATUS_FILE', `{top}/statistics')dnl
define(`ALIAS_FILE', `')dnl
define(`confCW_FILE', `-o {top}/local-host-names')dnl
define(`confCT_FILE', `-o {top}/trusted-users')dnl
define(`confHOSTS_FILE', `/etc/hosts')dnl
define(`confSERVICE_SWITCH_FILE', `{top}/service.switch')dnl
define(`confBIND_OPTS', `-DNSRCH -DEFNAMES')dnl
define(`confTO_IDENT', `0')dnl
define(`confMAX_RCPTS_PER_MESSAGE', `0')dnl
define(`confMAX_HOP', `100')dnl
define(`confDONT_PROBE_INTERFACES', `True')dnl
define(`confTO_QUEUERETURN', `1h')dnl
define(`confMIN_QUEUE_AGE', `0')dnl
define(`confDELIVERY_MODE', `background')dnl
define(`confDONT_BLAME_SENDMAIL', `GroupWritableDirPathSafe')dnl
define(`SMART_HOST', `smtp:[127.0.0.1]')dnl
define(`SMTP_MAILER_ARGS', `TCP $h {sink}')dnl
define(`confMAX_HEADERS_LENGTH', `0')dnl
FEATURE(`no_default_msa')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`accept_unqualified_senders')dnl
FEATURE(`promiscuous_relay')dnl
DAEMON_OPTIONS(`Name=MTA, Addr=127.0.0.1, Port={port}, Family=inet')dnl
{filter}
MAILER(`smtp')dnl
"""


class Sendmail:
    """One private Sendmail; as Postfix. @milter: "unix:PATH" or "inet:PORT@HOST"; @flags: of the X line."""

    def __init__(self, milter, sink, flags="F=T", times="T=C:1m;S:30s;R:60s;E:5m", parent=None):
        self.root = fetch("sendmail")
        self.top = new_folder("mugai-sendmail.", parent)
        self.process = None
        self.port = free_port()
        self.env = dict(os.environ, LD_LIBRARY_PATH=libraries_of(self.root))
        os.mkdir(self.top + "/mqueue", 0o700)
        with open(self.top + "/service.switch", "w", encoding="ascii") as f:
            f.write("hosts files\naliases files\n")
        rule = ""
        if milter:
            where = milter.replace("unix:", "local:", 1)
            rule = "INPUT_MAIL_FILTER(`mugai', `S=%s, %s, %s')dnl" % (where, flags, times)
        self._configure(SENDMAIL_MC.format(top=self.top, host=HOST, sink=sink, port=self.port, filter=rule))

    def _configure(self, mc):
        base = self.root + "/usr/share/sendmail/cf"
        m4 = self.root + "/usr/bin/m4" if os.path.exists(self.root + "/usr/bin/m4") else "m4"
        self.cf = self.top + "/sendmail.cf"
        done = subprocess.run([m4, "-D_CF_DIR_=" + base + "/", base + "/m4/cf.m4", "-"], input=mc.encode(),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.env, check=False)
        if done.returncode != 0:
            raise Unavailable("m4: " + done.stderr.decode()[-300:])
        with open(self.cf, "wb") as f:
            f.write(done.stdout)

    def start(self):
        program = self.root + "/usr/libexec/sendmail/sendmail"
        self.output = open(self.top + "/output", "wb")
        self.process = subprocess.Popen([program, "-bD", "-q1s", "-C" + self.cf, "-X", self.top + "/traffic"],
                                        env=self.env, cwd="/", stdin=subprocess.DEVNULL, stdout=self.output,
                                        stderr=self.output, start_new_session=True)
        try:
            wait_port(self.port, self.process)
        except Unavailable as error:
            with open(self.top + "/output", encoding="utf-8", errors="replace") as f:
                raise Unavailable("%s: %s" % (error, f.read()[-500:])) from None
        return self

    def stop(self):
        end_group(self.process)
        self.process = None
        shutil.rmtree(self.top, ignore_errors=True)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def queued(self):
        return len(glob.glob(self.top + "/mqueue/qf*")) + len(glob.glob(self.top + "/mqueue/df*"))


# ---------------------------------------------------------------- as a program

def main():
    parser = argparse.ArgumentParser(description="Run a private Postfix or Sendmail with a sink behind it.")
    parser.add_argument("server", choices=["postfix", "sendmail", "fetch"])
    parser.add_argument("--milter", help="unix:PATH or inet:PORT@HOST")
    parser.add_argument("--sink", help="folder for the mails that arrive")
    parser.add_argument("--sink-port", type=int, help="send there instead of starting a sink")
    parser.add_argument("--host-net", action="store_true", help="stay in the host's network namespace (loopback only)")
    parser.add_argument("--ports", help="write the ports to this file as well")
    args = parser.parse_args()
    if args.server == "fetch":
        print(fetch("postfix"), fetch("sendmail"))
        return 0
    enter(needs=[args.server], net=not args.host_net)
    sink = None if args.sink_port else smtp.Sink(folder=args.sink)
    kind = Postfix if args.server == "postfix" else Sendmail
    server = kind(args.milter, args.sink_port or sink.port)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        server.start()
        text = "port=%d\nrelease=%d\nsink=%d\nlog=%s\n" % (
            server.port, getattr(server, "release", 0), args.sink_port or sink.port, getattr(server, "log", ""))
        if args.ports:
            with open(args.ports + ".new", "w", encoding="ascii") as f:
                f.write(text)
            os.rename(args.ports + ".new", args.ports)
        print(text, end="", flush=True)
        while server.process.poll() is None:
            time.sleep(0.2)
        return 1
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
