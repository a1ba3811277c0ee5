"""``partywire exec``: runs a command whose Twilio client reaches Partywire, with no change to it.

::

    command.py       the click command
    run.py           puts the parts together
    ├── server.py        a ``partywire dev`` of its own, where no URL is given
    ├── authority.py     a private certificate authority, in memory
    ├── trust.py         the files that make each runtime trust it
    ├── environment.py   the variables that point each runtime to the proxy and those files
    ├── process.py       runs the command, hands signals on
    └── proxy.py         decides, for each connection, between Partywire, refusal and passing on
        ├── upstream.py      the way out, through the user's own proxy where there is one
        ├── streams.py       bytes over TCP and over TLS
        ├── heads.py         request heads and answers (pure)
        ├── targets.py       whose host is that? (pure)
        └── no_proxy.py      which hosts go without a proxy? (pure; for environment.py too)
"""
