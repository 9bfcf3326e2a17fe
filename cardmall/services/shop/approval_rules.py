"""自动同意: an owner sets, changes and ends the rule of a product; each save is a version (R97)."""

from cardmall.domain.approvals import ApprovalTerms, differing, on_since, read_terms
from cardmall.domain.goods import Typed
from cardmall.domain.rules.approvals import RuleAct, RuleFacts, may
from cardmall.domain.rules.turn import standing
from cardmall.domain.terms import invalid
from cardmall.domain.topics import product_topic, shop_topic
from cardmall.domain.verbs import Verb
from cardmall.models import ApprovalRule, Product
from cardmall.reads.approvals import RuleInForce, last_waiting, rule_of
from cardmall.reads.doors import product_for
from cardmall.reads.people import require
from cardmall.services.act import Act, record
from cardmall.services.ending import touch


def set_rule(act: Act, slug: object, typed: Typed, *, version: object) -> int:
    """Write what the form says as the version after `version` (0: none was set); the number of the one in force, which
    stays where nothing differs. Requests already open are answered as they were asked. Refused: who is no owner;
    somebody set it since (changed); beside the fields."""
    product = product_for(act, slug, lock=True)
    known = rule_of(act.session, product)
    turn = may(RuleAct.set_, standing(require(act.who)), RuleFacts(current=known.n == version), act.now)
    if not turn.is_open:
        raise turn.refusal()
    terms, wrong = read_terms(typed, known.terms)
    if wrong:
        raise invalid(**wrong)
    return _write(act, product, known, terms) if terms != known.terms else known.n


def _write(act: Act, product: Product, known: RuleInForce, terms: ApprovalTerms) -> int:
    n, since = known.n + 1, on_since(known.since, terms, act.now, last_waiting(act.session, product))
    who = require(act.who).id
    row = ApprovalRule(product_id=product.id or 0, n=n, since=since, actor_id=who, at=act.now, **vars(terms))
    act.session.add(row)
    changed = {name: list(both) for name, both in differing(known.terms, terms).items()}
    verb = Verb.rule_ended if known.terms.is_on and not terms.is_on else Verb.rule_set
    record(act, verb, product.name, product=product.slug, version=n, changed=changed)
    touch(act.session, shop_topic(product.shop_id), product_topic(product.slug))
    return n
