"""Rows of mistakes: what is written, then every line that is to be reported about it."""

from __future__ import annotations

USER = "users: {bot: {username: bot@acme.example, last_name: Bot, email: it@acme.example}}\n"
APP = "label: A, contact_email: it@acme.example, user: bot"


def app(more: str) -> str:
    return f"version: 1\n{USER}apps:\n  a: {{{APP}, {more}}}\n"


def user(more: str) -> str:
    return f"version: 1\nusers:\n  bot: {{last_name: Bot, email: it@acme.example, {more}}}\n"


def org(more: str) -> str:
    return f"version: 1\norgs:\n  uat: {{{more}}}\n"


def permission_set(more: str) -> str:
    return f"version: 1\npermission_sets:\n  Data: {{label: Data, {more}}}\n"


HOST = "allowed: the My Domain host alone, for instance acme.my.salesforce.com or acme--uat.sandbox.my.salesforce.com"
ADDRESS = "allowed: the form of an e-mail address, for instance billing.bot@acme.example"
API_NAME = "allowed: an API name: a letter, then letters, digits and underscores"
FIELD = "allowed: an object and a field, for instance Account.Rating"
DEVELOPER_NAME = "allowed: a letter, then letters, digits and single underscores, not at the end"

YAML = {
    "empty": ("", '1:1 : the file is empty; it needs at least "version: 1"'),
    "only a comment": ("# later\n", '1:1 : the file is empty; it needs at least "version: 1"'),
    "a list": ("- a\n", '1:1 : a mapping is needed, starting with "version: 1"'),
    "a word": ("word", '1:1 : a mapping is needed, starting with "version: 1"'),
    "unclosed list": (
        "version: 1\na: [1\n",
        "3:1 : not valid YAML: while parsing a flow sequence, expected ',' or ']', but got '<stream end>'",
    ),
    "tab": (
        "version: 1\norgs:\n\tuat: 1\n",
        "3:1 : not valid YAML: while scanning for the next token, found character '\\t' that cannot start any token",
    ),
    "two documents": (
        "version: 1\n---\nversion: 1\n",
        "2:1 : not valid YAML: expected a single document in the stream, but found another document",
    ),
    "reference between brackets": (
        "version: 1\nstore: {path: ${DIR}}\n",
        (
            "2:16 : not valid YAML: while parsing a flow mapping, expected ',' or '}', but got '{'; "
            "between brackets, ${NAME} needs quotes"
        ),
    ),
    "unknown alias": ("version: *one\n", "1:10 : not valid YAML: found undefined alias 'one'"),
    "duplicate key": ("version: 1\nversion: 1\n", '2:1 version: "version" is written twice; remove one of them'),
    "key that is a list": ("version: 1\n? [a]\n: 1\n", "2:3 : a key must be text"),
    "tag": (
        "version: 1\ndefault_org: !secret x\n",
        '2:14 default_org: tags such as "!secret" are not supported; remove it',
    ),
    "python tag": (
        "version: 1\norgs: !!python/object:os.system {}\n",
        '2:7 orgs: tags such as "tag:yaml.org,2002:python/object:os.system" are not supported; remove it',
    ),
    "merge of a word": ("version: 1\nstore:\n  <<: word\n", "3:7 store: <<: needs an alias of a mapping"),
    "escape beyond Unicode": (
        'version: 1\ndefault_org: "\\UFFFFFFFF"\n',
        "1:1 : not valid YAML: a \\U escape beyond U+10FFFF, or a %YAML version that does not exist",
    ),
    "version of YAML that does not exist": (
        "%YAML 1.9\n---\nversion: 1\n",
        "1:1 : not valid YAML: a \\U escape beyond U+10FFFF, or a %YAML version that does not exist",
    ),
    "not UTF-8": (b"version: 1\n# caf\xe9\n", "2:6 : not UTF-8; save the file as UTF-8"),
    "character that YAML forbids": (
        "version: 1\n# \x07\n",
        "2:3 : not valid YAML: the character U+0007 is not allowed",
    ),
}

WHOLE_FILE = {
    "no version": ("orgs: {}\n", "1:1 version: is required"),
    "version of the future": ("version: 2\n", "1:10 version: 2: allowed: 1"),
    "version as truth value": ("version: true\n", "1:10 version: true: a whole number is needed"),
    "unknown key": (
        "version: 1\nuser: {}\n",
        (
            "2:1 user: unknown key; "
            "allowed: version, default_org, defaults, store, orgs, signers, users, permission_sets, "
            "permission_set_groups, apps, delete, templates; "
            'did you mean "users"?'
        ),
    ),
    "unknown key without a value": (
        "version: 1\nstore: {pat: }\n",
        '2:9 store.pat: unknown key; allowed: type, path; did you mean "path"?',
    ),
    "org without anything": (
        "version: 1\norgs:\n  uat:\n",
        "4:1 orgs.uat: an empty item: a mapping is needed",
    ),
    "unknown key, nothing near": (
        "version: 1\nstore: {zzz: 1}\n",
        "2:9 store.zzz: unknown key; allowed: type, path",
    ),
    "default_org unknown": (
        "version: 1\ndefault_org: locl\n",
        '2:14 default_org: "locl": not an org; allowed: local, local-legacy; did you mean "local"?',
    ),
    "API version as number": (
        "version: 1\ndefaults: {api_version: 67.0}\n",
        "2:25 defaults.api_version: 67.0: text is needed; put it in quotes",
    ),
    "API version without .0": (
        'version: 1\ndefaults: {api_version: "67"}\n',
        '2:25 defaults.api_version: "67": allowed: "58.0" to "68.0", in quotes',
    ),
    "API version too old": (
        'version: 1\ndefaults: {api_version: "57.0"}\n',
        '2:25 defaults.api_version: "57.0": allowed: "58.0" to "68.0", in quotes',
    ),
    "store of another type": ("version: 1\nstore: {type: vault}\n", '2:15 store.type: "vault": allowed: file'),
    "section that is a list": ("version: 1\napps: [a]\n", "2:1 apps: a mapping is needed"),
    "section that is a word": ("version: 1\napps: none\n", '2:7 apps: "none": a mapping is needed'),
    "name with a slash": (
        "version: 1\norgs: {a/b: {local: {}}}\n",
        '2:8 orgs["a/b"]: "a/b": allowed: letters, digits and . _ - after a letter or digit',
    ),
}

ORGS = {
    "neither real nor local": (org(""), "3:3 orgs.uat: my_domain is needed (or local: {} for a local org)"),
    "both real and local": (
        org("local: {}, my_domain: a.my.salesforce.com, org_id: 00D000000000001"),
        "3:3 orgs.uat: a local org takes no my_domain, org_id; remove that or local",
    ),
    "local made real": (
        "version: 1\norgs:\n  local: {my_domain: a.my.salesforce.com}\n",
        "2:1 orgs: local is always a local org; give the real org another name",
    ),
    "login host": (
        org("my_domain: login.salesforce.com"),
        (
            '3:20 orgs.uat.my_domain: "login.salesforce.com": the login host of all orgs says nothing of this one; '
            f"{HOST} (Setup > My Domain shows it)"
        ),
    ),
    "sandbox login host as URL": (
        org('my_domain: "https://test.salesforce.com/"'),
        (
            '3:20 orgs.uat.my_domain: "https://test.salesforce.com/": '
            "the login host of all orgs says nothing of this one; "
            f"{HOST} (Setup > My Domain shows it)"
        ),
    ),
    "host of the user interface": (
        org("my_domain: acme--uat.sandbox.lightning.force.com"),
        (
            f'3:20 orgs.uat.my_domain: "acme--uat.sandbox.lightning.force.com": {HOST}; '
            "did you mean acme--uat.sandbox.my.salesforce.com?"
        ),
    ),
    "host of Setup": (
        org("my_domain: acme.my.salesforce-setup.com"),
        f'3:20 orgs.uat.my_domain: "acme.my.salesforce-setup.com": {HOST}; did you mean acme.my.salesforce.com?',
    ),
    "URL": (
        org('my_domain: "https://acme.my.salesforce.com"'),
        f'3:20 orgs.uat.my_domain: "https://acme.my.salesforce.com": {HOST}; did you mean acme.my.salesforce.com?',
    ),
    "instance host": (
        org("my_domain: na139.salesforce.com"),
        f'3:20 orgs.uat.my_domain: "na139.salesforce.com": {HOST} (Setup > My Domain shows it)',
    ),
    "org id of 17 characters": (
        org("my_domain: a.my.salesforce.com, org_id: 00D00000000000112"),
        '3:49 orgs.uat.org_id: "00D00000000000112": allowed: the 15 or 18 characters of an org id, starting with 00D',
    ),
    "id of something else": (
        org('my_domain: a.my.salesforce.com, org_id: "005000000000001"'),
        '3:49 orgs.uat.org_id: "005000000000001": allowed: the 15 or 18 characters of an org id, starting with 00D',
    ),
    "admin source unknown": (
        org("my_domain: a.my.salesforce.com, admin: [sfcli]"),
        '3:49 orgs.uat.admin[0]: "sfcli": allowed: access-token, sf-cli, own-app; did you mean "sf-cli"?',
    ),
    "admin empty": (
        org("my_domain: a.my.salesforce.com, admin: []"),
        "3:41 orgs.uat.admin: at least one is needed",
    ),
    "app unknown": (
        org("my_domain: a.my.salesforce.com, apps: [x]"),
        '3:48 orgs.uat.apps[0]: "x": not an app; none is declared',
    ),
    "user unknown": (
        f"version: 1\n{USER}orgs:\n  uat: {{my_domain: a.my.salesforce.com, users: {{bto: {{}}}}}}\n",
        '4:49 orgs.uat.users.bto: "bto": not a user; allowed: bot; did you mean "bot"?',
    ),
    "creation neither enabled nor blocked": (
        org("local: {connected_app_creation: enable}"),
        '3:41 orgs.uat.local.connected_app_creation: "enable": allowed: enabled, blocked; did you mean "enabled"?',
    ),
}

USERS = {
    "username missing": (user(""), "3:3 users.bot.username: is required"),
    "username that is no address": (user("username: bot"), f'3:59 users.bot.username: "bot": {ADDRESS}'),
    "username without top-level domain": (
        user("username: bot@acme"),
        f'3:59 users.bot.username: "bot@acme": {ADDRESS}',
    ),
    "username too long": (
        user(f"username: {'b' * 80}@acme.example"),
        f'3:59 users.bot.username: "{"b" * 60}…": too long; at most 80 characters are allowed',
    ),
    "same username twice": (
        (
            "version: 1\nusers:\n  a: {username: b@acme.example, last_name: A, email: a@acme.example}\n"
            "  b: {username: B@acme.example, last_name: B, email: a@acme.example}\n"
        ),
        "4:17 users.b.username: the user a has the same username; usernames are unique",
    ),
    "same username twice in one org": (
        (
            "version: 1\nusers:\n  a: {username: a@acme.example, last_name: A, email: a@acme.example}\n"
            "  b: {username: b@acme.example, last_name: B, email: a@acme.example}\n"
            "orgs: {uat: {my_domain: a.my.salesforce.com, users: {b: {username: a@acme.example}}}}\n"
        ),
        "5:68 orgs.uat.users.b.username: the user a has the same username in uat; usernames are unique",
    ),
    "permission set unknown": (
        user("username: b@acme.example, permission_sets: [Data]"),
        '3:93 users.bot.permission_sets[0]: "Data": not a declared permission set; none is declared',
    ),
    "number where text is needed": (
        "version: 1\nusers:\n  bot: {last_name: 7, email: it@acme.example, username: b@acme.example}\n",
        "3:20 users.bot.last_name: 7: text is needed; put it in quotes",
    ),
    "alias too long": (
        user("username: b@acme.example, alias: billingbot"),
        '3:82 users.bot.alias: "billingbot": too long; at most 8 characters are allowed',
    ),
    "name on two lines": (
        user('username: b@acme.example, first_name: "a\\nb"'),
        '3:87 users.bot.first_name: "a\\u000ab": allowed: one line of text that is not empty',
    ),
}

PERMISSION_SETS = {
    "key that is no DeveloperName": (
        "version: 1\npermission_sets: {Billing__Data: {label: B}}\n",
        f'2:19 permission_sets.Billing__Data: "Billing__Data": {DEVELOPER_NAME}',
    ),
    "label missing": ("version: 1\npermission_sets: {A: {}}\n", "2:19 permission_sets.A.label: is required"),
    "label too long": (
        f"version: 1\npermission_sets: {{A: {{label: {'x' * 81}}}}}\n",
        f'2:30 permission_sets.A.label: "{"x" * 60}…": too long; at most 80 characters are allowed',
    ),
    "right unknown": (
        permission_set("objects: {Account: [read, update]}"),
        (
            '3:49 permission_sets.Data.objects.Account[1]: "update": '
            "allowed: read, create, edit, delete, view-all, modify-all"
        ),
    ),
    "right that needs others": (
        permission_set("objects: {Account: [create, delete]}"),
        "3:33 permission_sets.Data.objects.Account: create needs read; delete needs read, edit; add what is missing",
    ),
    "rights as a word": (
        permission_set("objects: {Account: read}"),
        '3:42 permission_sets.Data.objects.Account: "read": a list is needed, for instance [first, second]',
    ),
    "object with a blank": (
        permission_set("objects: {Big Account: [read]}"),
        f'3:33 permission_sets.Data.objects["Big Account"]: "Big Account": {API_NAME}',
    ),
    "field without object": (
        permission_set("fields: {Rating: read}"),
        f'3:32 permission_sets.Data.fields.Rating: "Rating": {FIELD}',
    ),
    "field access unknown": (
        permission_set("fields: {Account.Rating: write}"),
        '3:48 permission_sets.Data.fields["Account.Rating"]: "write": allowed: read, edit',
    ),
    "existing, and yet declared": (
        permission_set("existing: true, objects: {Account: [read]}"),
        "3:3 permission_sets.Data: what exists already is only assigned; remove label, objects, or existing",
    ),
    "neither label nor existing": (
        "version: 1\npermission_sets: {A: {existing: false}}\n",
        "2:19 permission_sets.A.label: is required",
    ),
    "group without label": (
        "version: 1\npermission_set_groups: {A: {permission_sets: [B]}}\n",
        "2:25 permission_set_groups.A.label: is required",
    ),
    "group by the name of a permission set": (
        "version: 1\npermission_sets: {A: {label: A}}\npermission_set_groups: {a: {label: A}}\n",
        "3:25 permission_set_groups.a: the permission set A has the same name; choose another",
    ),
    "group of a user unknown": (
        user("username: b@acme.example, permission_set_groups: [Al]") + "permission_set_groups: {All: {label: All}}\n",
        (
            '3:99 users.bot.permission_set_groups[0]: "Al": not a declared permission set group; allowed: All; '
            'did you mean "All"?'
        ),
    ),
    "empty list item": (
        permission_set("user_permissions: [ApiEnabled, ~]"),
        "3:54 permission_sets.Data.user_permissions[1]: an empty item: text is needed",
    ),
}

APPS = {
    "ignored field of no kind of app": (
        app("ignore: [oauthPolicy.ipRelaxatio]"),
        (
            '4:69 apps.a.ignore[0]: "oauthPolicy.ipRelaxatio": no field by the name that plan prints; '
            'did you mean "oauthPolicy.ipRelaxation"?'
        ),
    ),
    "ignored field of the other kind": (
        app("kind: external-client-app, ignore: [oauthPolicy.ipRelaxation]"),
        (
            '4:96 apps.a.ignore[0]: "oauthPolicy.ipRelaxation": a field of a Connected App, and the app is '
            "an External Client App"
        ),
    ),
    "ignored certificate": (
        app("ignore: [certificate]"),
        '4:69 apps.a.ignore[0]: "certificate": never ignored: the app signs in with it',
    ),
    "ignored parent of the certificate": (
        app("ignore: [oauthConfig]"),
        (
            '4:69 apps.a.ignore[0]: "oauthConfig": covers oauthConfig.certificate, which is never ignored: '
            "the app signs in with it"
        ),
    ),
    "ignored field that a user lacks": (
        user("username: b@acme.example, ignore: [Lastname, Username]"),
        (
            '3:84 users.bot.ignore[0]: "Lastname": allowed: Alias, Email, FirstName, IsActive, LastName; '
            'did you mean "LastName"?'
        ),
        '3:94 users.bot.ignore[1]: "Username": a user is found by it, so that it is never ignored',
    ),
    "ignored field that a permission set lacks": (
        permission_set("ignore: [descripton]"),
        (
            '3:32 permission_sets.Data.ignore[0]: "descripton": no field by the name that plan prints; '
            'did you mean "description"?'
        ),
    ),
    "ignored field of an object that is not declared": (
        permission_set('objects: {Account: [read]}, ignore: ["objectPermissions[Acount].allowEdit"]'),
        (
            '3:60 permission_sets.Data.ignore[0]: "objectPermissions[Acount].allowEdit": objects has no Acount; '
            'allowed: Account; did you mean "Account"?'
        ),
    ),
    "required keys missing": (
        "version: 1\napps:\n  a: {label: }\n",
        "3:3 apps.a.contact_email: is required",
        "3:3 apps.a.user: is required",
        "3:7 apps.a.label: is required",
    ),
    "user unknown": (
        "version: 1\napps: {a: {label: A, contact_email: a@acme.example, user: bto}}\n" + USER,
        '2:59 apps.a.user: "bto": not a user; allowed: bot; did you mean "bot"?',
    ),
    "file of another kind": (
        app("kind: external-client-app, file: A.connectedApp"),
        "4:3 apps.a: file holds a Connected App; leave out kind, or file",
    ),
    "file that gives the same name": (
        f"version: 1\n{USER}apps: {{a: {{user: bot, file: x/B.connectedApp}}, b: {{{APP}, name: b}}}}\n",
        "3:48 apps.b: the name of the access permission set belongs to the app a; write another one as access",
        "3:105 apps.b.name: the app a has the same DeveloperName; write another one as name",
    ),
    "contact that is no address": (
        f"version: 1\n{USER}apps: {{a: {{label: A, contact_email: it, user: bot}}}}\n",
        '3:37 apps.a.contact_email: "it": allowed: an address such as integrations@acme.example',
    ),
    "kind unknown": (
        app("kind: connected_app"),
        (
            '4:66 apps.a.kind: "connected_app": allowed: connected-app, external-client-app, auto; '
            'did you mean "connected-app"?'
        ),
    ),
    "grant unknown": (
        app("grants: [password]"),
        '4:69 apps.a.grants[0]: "password": allowed: jwt-bearer, client-credentials',
    ),
    "no grant": (app("grants: []"), "4:60 apps.a.grants: at least one is needed"),
    "name that ends with an underscore": (app("name: A_"), f'4:66 apps.a.name: "A_": {DEVELOPER_NAME}'),
    "key that makes no name": (
        f"version: 1\n{USER}apps: {{1st: {{{APP}}}}}\n",
        '3:8 apps.1st: the key gives no DeveloperName ("1st"); write one as name',
    ),
    "two apps of one name": (
        f"version: 1\n{USER}apps:\n  a: {{{APP}}}\n  b: {{{APP}, name: a, access: B}}\n",
        "5:60 apps.b.name: the app a has the same DeveloperName; write another one as name",
    ),
    "two apps whose keys make one name": (
        f"version: 1\n{USER}apps:\n  a-b: {{{APP}}}\n  a_b: {{{APP}, access: C}}\n",
        "5:3 apps.a_b: the app a-b has the same DeveloperName; write another one as name",
    ),
    "access that is a declared permission set": (
        app("access: data") + "permission_sets: {Data: {label: Other}}\n",
        (
            "4:68 apps.a.access: the name of the access permission set belongs to the permission set Data; "
            "write another one as access"
        ),
    ),
    "access that is the label of a declared permission set": (
        app("access: Data") + "permission_sets: {Other: {label: Data}}\n",
        (
            "4:68 apps.a.access: the name of the access permission set belongs to the permission set Other, "
            "as its label; "
            "write another one as access"
        ),
    ),
    "access by default that is taken": (
        app("name: A") + "permission_sets: {A_Access: {label: Other}}\n",
        (
            "4:3 apps.a: the name of the access permission set belongs to the permission set A_Access; "
            "write another one as access"
        ),
    ),
    "access by default that is too long": (
        app(f"name: {'A' * 80}"),
        "4:3 apps.a: the name of the access permission set has more than 80 characters; write one as access",
    ),
    "callback without scheme": (
        app("callback_urls: [localhost]"),
        (
            '4:76 apps.a.callback_urls[0]: "localhost": '
            "allowed: a URL with its scheme, for instance https://acme.example/callback"
        ),
    ),
    "key too short": (app("key: {bits: 1024}"), "4:72 apps.a.key.bits: 1024: allowed: 2048, 3072, 4096"),
    "validity of no day": (app("key: {days: 0}"), "4:72 apps.a.key.days: 0: too small; at least 1 is needed"),
    "validity beyond the calendar": (
        app("key: {days: 99999}"),
        "4:72 apps.a.key.days: 99999: too large; at most 36500 is allowed",
    ),
    "validity that is no number": (
        app("key: {days: year}"),
        '4:72 apps.a.key.days: "year": a whole number is needed',
    ),
    "subject that is no distinguished name": (
        app("key: {subject: billing}"),
        '4:75 apps.a.key.subject: "billing": allowed: an RFC 4514 name, for instance CN=billing-sync,O=Acme',
    ),
    "permitted users unknown": (
        app("policy: {permitted_users: everybody}"),
        '4:86 apps.a.policy.permitted_users: "everybody": allowed: admin-approved, all',
    ),
    "period without unit": (
        app("policy: {refresh_token: {kind: specific-lifetime, period: 3}}"),
        (
            "4:69 apps.a.policy.refresh_token: specific-lifetime needs period and unit, "
            "for instance period: 90 and unit: days"
        ),
    ),
    "period where none counts": (
        app("policy: {refresh_token: {kind: zero, unit: days}}"),
        (
            "4:69 apps.a.policy.refresh_token: zero takes no period and no unit; "
            "remove them or write kind: specific-lifetime"
        ),
    ),
    "canary that is no username": (app("canary: nobody"), f'4:68 apps.a.canary: "nobody": {ADDRESS}'),
}

PARTS = {
    "session level that no program reaches": (
        app("policy: {session: {level: high-assurance}}"),
        (
            '4:86 apps.a.policy.session.level: "high-assurance": '
            "blocks logins without a browser, so that no grant would work; allowed: low, standard"
        ),
    ),
    "session beyond a day": (
        app("policy: {session: {timeout: 1441}}"),
        "4:88 apps.a.policy.session.timeout: 1441: too large; at most 1440 is allowed",
    ),
    "address that is none": (
        app("ip_ranges: [{start: 10.0.0, end: 10.0.0.9}]"),
        ('4:80 apps.a.ip_ranges[0].start: "10.0.0": allowed: an IP address, for instance 203.0.113.7 or 2001:db8::7'),
    ),
    "range that runs backwards": (
        app("ip_ranges: [{start: 10.0.0.9, end: 10.0.0.1}]"),
        "4:72 apps.a.ip_ranges[0]: start must come before end, both IPv4 or both IPv6",
    ),
    "subject attribute without its subject": (
        app("saml: {acs_url: 'https://a.example', entity_url: a, subject_attribute: b}"),
        "4:60 apps.a.saml: subject: CustomAttribute and subject_attribute go together; write both or neither",
    ),
    "mobile app that is neither private nor public": (
        app("mobile: {platform: ios, version: '1', private: maybe}"),
        '4:107 apps.a.mobile.private: "maybe": allowed: true, false',
    ),
    "canvas location unknown": (
        app("canvas: {url: 'https://a.example', locations: [chatter]}"),
        (
            '4:107 apps.a.canvas.locations[0]: "chatter": allowed: None, Chatter, UserProfile, Visualforce, Aura, '
            'Publisher, ChatterFeed, ServiceDesk, OpenCTI, AppLauncher, MobileNav, PageLayout; did you mean "Chatter"?'
        ),
    ),
    "tab visibility unknown": (
        permission_set("tabs: {standard-Account: hidden}"),
        '3:48 permission_sets.Data.tabs.standard-Account: "hidden": allowed: none, available, visible',
    ),
}

ENVIRONMENT = {
    "variable missing": (
        user("username: '${BOT}'"),
        "3:59 users.bot.username: the environment variable BOT is not set; set it or write ${BOT:-default}",
    ),
    "reference that is none": (
        user('username: "${B-T}"'),
        '3:59 users.bot.username: "${B-T}" is no reference; allowed: ${NAME}, ${NAME:-default}, $${ for a plain ${',
    ),
    "reference without end": (
        user('username: "${BOT"'),
        '3:59 users.bot.username: "${BOT" is no reference; allowed: ${NAME}, ${NAME:-default}, $${ for a plain ${',
    ),
    "character that XML forbids": (
        user('username: "b\\x01@acme.example"'),
        "3:59 users.bot.username: the character U+0001 cannot stand in XML; remove it",
    ),
    "half of a surrogate pair": (
        user('username: "b\\ud800@acme.example"'),
        "3:59 users.bot.username: the character U+D800 cannot stand in XML; remove it",
    ),
}

NO_MY_APP = "delete: {after: {ConnectedApp: [My App]}}\n"
DELETIONS = {
    "type that cannot be deleted": (
        "version: 1\ndelete: {after: {CustomObject: [A__c]}}\n",
        "2:18 delete.after.CustomObject: unknown key; allowed: ConnectedApp, PermissionSet, PermissionSetGroup",
    ),
    "wildcard": (
        'version: 1\ndelete: {before: {PermissionSet: ["*"]}}\n',
        '2:35 delete.before.PermissionSet[0]: "*": allowed: the full name of one component, without wildcards',
    ),
    "declared as well": (
        app("name: Sync, access: Acc").replace("apps:", "permission_sets: {Data: {label: D}}\napps:")
        + "delete: {before: {PermissionSet: [data, ACC, Other]}, after: {ConnectedApp: [Sync]}}\n",
        '6:35 delete.before.PermissionSet[0]: "data": declared in this file as well; remove it here or there',
        '6:41 delete.before.PermissionSet[1]: "ACC": declared in this file as well; remove it here or there',
        '6:78 delete.after.ConnectedApp[0]: "Sync": declared in this file as well; remove it here or there',
    ),
    "app deleted that is declared by its file": (
        f"version: 1\n{USER}apps: {{a: {{user: bot, file: My%20App.connectedApp}}}}\n{NO_MY_APP}",
        '4:33 delete.after.ConnectedApp[0]: "My App": declared in this file as well; remove it here or there',
    ),
}

ROWS = {
    f"{group}: {name}": row
    for group, rows in {
        "yaml": YAML,
        "file": WHOLE_FILE,
        "orgs": ORGS,
        "users": USERS,
        "permission sets": PERMISSION_SETS,
        "apps": APPS,
        "parts": PARTS,
        "deletions": DELETIONS,
        "environment": ENVIRONMENT,
    }.items()
    for name, row in rows.items()
}
