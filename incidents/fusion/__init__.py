"""One problem, one incident: what is offered before a report is sent, joined when it comes, merged and split later."""
