"""The gateway: what stands, over HTTP, for readers who have no Kafka client. docs/gateway.md explains it.

A thread reads the topics into one SQLite file (`reading`, `store`): what stands, and a journal of what has changed, each batch in
one transaction with the offsets behind it. So a crash repeats nothing and loses nothing, and what a client has been told is named
by offsets alone (`places`). A client first gets what it lacks out of that file, at the speed at which it reads, and then joins
those who are told what changes as it does (`telling`, `delivery`); a change is encoded once for all of them.
"""
