"""Every number of the trade, named once."""

from datetime import timedelta

from cardmall.domain.terms import Channel

TYPED_LINES = 200  # of a box of codes for one order
QUANTITY = range(1, 21)
UNPAID_ORDERS = 5
UNPAID_PIECES = 5  # of one product and shopper, however few there are; else half of what is free
LAPSES = 3  # orders of a product that ended unpaid within …
LAPSES_COUNT = timedelta(hours=24)
LAPSE_PAUSE = timedelta(minutes=30)  # … before the next one
PAYING_ASKED = timedelta(seconds=30)  # while the channel says that the money is on its way
PAYING_WAITS = timedelta(minutes=10)  # so long after `pay_by` an order waits for that money
PAYMENTS = 10  # opened for one order
ACTS = "1200/hour"  # of one person: everything that writes
CLIENT_ACTS = "1200/hour"  # of one network address, by people who are not signed in
ACTS_OF = {"place_order": "30/hour", "unmask": "60/hour"}  # of one person, besides
SIGN_INS = 10  # live ones of one account; the oldest ends
PAY_WITHIN = timedelta(minutes=15)
DELIVERY_DELAY = timedelta(minutes=5)
DELIVERY_PROMISE = timedelta(minutes=10)
RESUME_AFTER = timedelta(seconds=60)
LOOK_FOR_STOCK_EVERY = timedelta(hours=1)
REVIEW_WORKDAYS = 2
REVIEW_SOON = timedelta(hours=4)  # so near a deadline a case is urgent
RECORD_OF = timedelta(days=30)  # of a shop's answers
DEADLINE_SECOND = timedelta(seconds=1)  # a decision in the second a deadline ends was in time
REQUESTS = 5
ATTEMPT_COUNTS = timedelta(hours=24)  # a press our own fault stopped is remembered so long
LEASE_EVERY = timedelta(seconds=10)  # a serving process says that it is alive
LEASE_SILENT = timedelta(minutes=1)  # then it is dead
ASKS = 1  # for evidence, per case
OFFERS = 2  # counter-offers, per case
ANSWER_WITHIN = timedelta(hours=48)  # to an ask or an offer
GRACE_WORKDAYS = 1  # of an overdue case before the platform approves it
RULING_WORKDAYS = 3
RULING_LATE_EVERY = timedelta(days=1)  # both sides and all admins are told
PAST_CASES = 100  # of a shopper, and of a shop, that an admin sees counted
DAY_CLOSES_AFTER = timedelta(hours=1)  # past midnight: whatever was begun the day before has ended
MARKED_AT_ONCE = 500  # cases, per statement
BOOKS_CHECKED = timedelta(hours=1)  # how often all rows are compared with the ledger
PRECEDENTS = 5  # earlier rulings beside an appeal
ROUNDS = 3  # of each side in an appeal
PARTIALS = 1  # asked by the shopper after a rejection, per case
PARTIAL_WORKDAYS = 1
CALENDAR_AHEAD = timedelta(days=730)  # so far may a working day be set
REMIND_BEFORE = (timedelta(hours=24), timedelta(hours=2))  # the merchant's deadline
REMINDS = 3  # 催办, per case
REMIND_EVERY = timedelta(hours=12)
REFUSALS_KEPT = 10  # of one act on one order within REFUSALS_WITHIN: more presses tell nothing new
REFUSALS_WITHIN = timedelta(hours=12)
VISITED_AT_ONCE = 200  # orders of a disabled shop, per transaction
APPROVE_AT_ONCE = 20  # cases of one press
PICTURES = 6  # per round, per message and per product
PICTURE_BYTES = 5 * 1024 * 1024
PICTURE_PIXELS = 25_000_000  # before decoding: a bomb is refused unopened
PICTURE_SCANS = 100  # of a JPEG; cameras write at most 12
PICTURES_WAITING = 30  # of one person, on all orders
PICTURES_A_DAY = 120  # kept of one person
PICTURE_TRIES = "240/hour"  # of one person
UPLOADS_AT_ONCE = 6  # of one person
UPLOAD_SECONDS = 120
UPLOAD_RATE = 16_384  # bytes a second a larger body must keep
HEARD_OUT_SECONDS = 30  # of a body too large, so that its sender hears why
BODY_BYTES = 16_384  # of a request, unless its route declares more
BODY_SECONDS = 10  # for headers and a small body
HEADER_SECONDS = 5  # until the first line and all headers are here
HEADER_BYTES = 32_768
PATH_LENGTH = 1024
QUERY_LENGTH = 2048
REQUESTS_AT_ONCE = 100  # of one client
CONNECTIONS = 8192  # of one process, idle ones included
FRAME_BYTES = 98_304  # of the event socket; what is larger comes over HTTP
SOCKETS_AT_ONCE = 100  # of one client
SOCKETS_A_MINUTE = "120/minute"  # new ones, of one client
NOBODYS_STATE_SECONDS = 60  # a page state without a person outlives its socket so long
EVENT_ADDRESS = 3072  # characters of a page's address in an event
EVENT_PARTS = 1_000  # values and names in one event
EVENT_DEPTH = 8  # values inside values
ARGUMENT_LENGTH = 2_000  # characters of one argument of an event, and of anything said in the corner of a page
FORM_FIELDS = 128  # of one form
FIELD_NAME = 64  # characters
EVENTS_WAITING = 200  # events of one socket a second
LOG_LINE = 500  # characters
LOG_LINES = "20/minute"  # caused by one client
PICTURE_EDGE = 1600  # pixels of the longer edge, as kept …
PICTURE_SHORT_EDGE = 1080  # … but never fewer of the shorter one: a long screenshot stays readable
PICTURE_LONGEST = 65_000  # pixels a JPEG can be long
THUMB_EDGE = 320
PAGE_COVER = (960, 600)  # pixels a picture of a product fills, on its own page …
CARD_COVER = (480, 300)  # … on the shelf …
SQUARE_COVER = (160, 160)  # … and in a list
PICTURE_WAITS = timedelta(hours=24)  # uploaded, not yet sent
MESSAGES = 200  # of one conversation, shown and frozen
SUPPORT_EVENTS = 8  # the last ones travel with a question to support
EVENTS_SHOWN = 10  # the last ones of a shop, on its page for admins
MESSAGES_A_MINUTE = 20  # of one person
SAME_MESSAGE = timedelta(seconds=30)  # the same words again within this time are a double click
LAST_WORDS = 60  # of a message, in a list
TRANSFER_WITHIN = timedelta(hours=48)  # receiver and merchant agree
TRANSFERS = 3  # offers per order: each holds it and sends a stranger a message
HOLD_AFTER_REJECTION = timedelta(hours=24)
RETURN_WINDOW = timedelta(days=7)
FAULT_WINDOW = timedelta(days=7)
SEALED_FAULT_WINDOW = timedelta(days=14)  # of a card that cannot be given back and was not looked at
RECEIPT_WINDOW = timedelta(days=14)  # of a receipt nobody confirmed: to report a fault, and until it is complete
RECEIPT_TEXT = range(1, 1_001)  # signs
RECEIPT_PICTURES = 3  # of one receipt
APPEAL_WINDOW = timedelta(days=7)
COMPLETE_ALL_REVEALED = timedelta(days=7)
COMPLETE_OTHERWISE = timedelta(days=14)
COMPLETE_AGAIN = timedelta(days=1)  # a held order is looked at again
SETTLE_AFTER = timedelta(days=7)
SETTLE_AGAIN = timedelta(hours=6)
FEE_PERMILLE = range(0, 51)  # at most 5 %
UNHEARD_ASKED = timedelta(seconds=5)  # after an answer that says nothing
PAYMENT_QUERY = (timedelta(minutes=1), timedelta(hours=6))  # between two looks at an unpaid payment
REFUND_TRIES = 8
MISSING_APART = timedelta(minutes=30)  # between the two answers "no such refund" that burn its number
REFUND_UNANSWERED = timedelta(days=1)  # sent without an answer that can be trusted: the admins are told
REFUND_STUCK_EVERY = timedelta(days=1)  # all admins are told until it moves
ARRIVAL_WORKDAYS = (1, 3)  # what a shopper is told to expect, whatever the channel
ARRIVAL_LATE_WORKDAYS = 3  # past the expected day: the payment institution knows more than we
REFUND_SILENT = timedelta(minutes=1)  # without an answer: its shopper may have the channel asked at once
WALLET_ARRIVAL = timedelta(minutes=30)
BALANCE_AGAIN = timedelta(hours=1)  # between tries while the merchant account at the channel lacks money
REFUND_WITHIN = timedelta(days=365)  # of the capture
REFUND_PARTS = 50  # partial refunds of one payment
GIFT_WITHIN = REFUND_WITHIN - timedelta(days=1)  # of the capture: what is given last still leaves
GIFT_PARTS = REFUND_PARTS - 5  # some more may come back from a bank and be sent anew
PAID_A_PIECE = 2  # times at most: an amount agreed or ruled while it stays, and what is left of it when it is void
REFUNDS_APART = {
    Channel.wechat: timedelta(minutes=1),
    Channel.alipay: timedelta(seconds=3),
    Channel.bank_card: timedelta(minutes=1),
}
REFUND_ASKED = (  # silent for less than … : asked again after …
    (timedelta(minutes=5), timedelta(minutes=1)),
    (timedelta(minutes=30), timedelta(minutes=5)),
    (timedelta(days=1), timedelta(minutes=30)),
    (timedelta.max, timedelta(hours=6)),
)
TEXT_LENGTH = 500
QUICK_REPLIES = 50  # of one shop
QUICK_TITLE = 20  # signs
TEXT_ROOM = 4_500  # characters a text field takes: what is too long is refused, not cut, and two fit one frame
LINE_ROOM = 500  # the same of one line
CODE_LENGTH = 200
CODE_SIGNS = 2_000  # of one code of a list
CODE_LINES = 20  # the same
PASTE_BYTES = 2 * 1024 * 1024  # of a pasted list
LIST_BYTES = 20 * 1024 * 1024  # of a list as a file
LIST_LINES_SHOWN = 5  # of a file, before it is handed in
LIST_CODES = 100_000
LIST_LINES = 200_000  # as many rows of a table, blank ones included
LINE_SIGNS = 10_000  # of one line as it came; what is longer is no code
LIST_PART = 262_144  # signs that are sealed together
LIST_TRIES = "120/hour"  # of one person
LIST_SECONDS = 600  # for a list on its way
LISTS_AT_ONCE = 2  # lists on their way of one person
BATCHES_WAITING = 10  # of one shop, not stocked yet
BATCH_WAITS = timedelta(hours=24)  # for the yes of the merchant
BATCH_NOTE = 200  # signs
STOCKED_AT_ONCE = 500  # codes, per transaction
CHECKED_AT_ONCE = 20  # times as many codes, between two reports of how far it has come
LINES_AT_A_STRETCH = 200  # of a list, before whoever works through it rests
LIST_REST = timedelta(milliseconds=10)  # in which whoever presses a button in the same process is served
WITHDRAWN_AT_ONCE = 500  # cards, per transaction
WITHDRAW_AGAIN = timedelta(minutes=20)  # a card kept for an unpaid order may come back
VALID_AHEAD = timedelta(days=3650)  # so far may a batch be valid
LINES_NAMED = 6  # of one verdict, before the list of all
LOW_STOCK = range(0, 10_001)  # pieces
RECALLED_CARDS = 100  # named one by one
RECALL_WORDS = 500  # signs
RECALL_LISTED_AT_ONCE = 500  # orders, per transaction
RECALLS_SHOWN = 20  # the newest of a product
RECALL_A_SECOND = 20  # orders of one recall
RECALL_AGAIN = timedelta(minutes=10)  # what waits for a case is looked at again
RECALL_UNPAID = (  # what waits for money, so long after its recall was pressed: looked at again after …
    (timedelta(hours=1), timedelta(minutes=10)),
    (timedelta(days=1), timedelta(hours=1)),
    (timedelta.max, timedelta(hours=6)),
)
CODE_FILE = 10_000  # codes of one file
CODE_FILE_OPEN = timedelta(minutes=15)  # for whoever made it
CODES_AT_ONCE = 500  # of a file, read and written together
CARDS_COUNTED = 10_000  # of one kind; where more lie, pages say "10000+": no low stock line is above it
SALES_TOLD = timedelta(days=30)
SALES_COUNTED = 1_000  # orders of one product: where there are more, pages say "1000+"
SHELF_COUNTED = 200  # of one product for its buyers: the last of QUANTITY are told, fewer may be lacked
WATCH_STOCK_EVERY = timedelta(minutes=5)
WATCHED_AT_ONCE = 100  # products whose shop is told, per transaction
REINDEXED_AT_ONCE = 500  # cards, per transaction
SEARCH_LENGTH = 60
ADDRESS_LENGTH = 254  # of an e-mail
STATEMENT_DAYS = 31  # so far back an unchecked day is still asked for
STATEMENT_AGAIN = timedelta(minutes=10)  # while the channel gives no statement
MISMATCH_LOOK = timedelta(minutes=1)  # after the channel was asked
JOBS_KEPT = timedelta(days=60)  # done ones
JOBS_PRUNED = 500  # per transaction
JOB_LATE = timedelta(minutes=10)  # a worker at work is never so late
CHECK_EVERY = timedelta(minutes=1)  # 检查订单, per person and order
LOOK_NOTED_EVERY = timedelta(hours=1)  # of one admin at one order
EXPORT_ROWS = 50_000  # of one file
EXPORT_TRIES = "30/hour"  # of one person
EXPORT_AT_ONCE = 500  # rows read in one look
OUTBOX_SIZE = 50  # messages that left the demo, shown
DEMO_STEP = timedelta(minutes=5)  # of the demo's clock
DEMO_LEAP = timedelta(days=1)
PAID_LATE = timedelta(minutes=20)  # what the practice cashier means by late
CARD_DIGITS = (13, 19)  # of a bank card: the shortest, the longest
COMING = 5  # settlements told ahead
MONTHS = 24  # of movements, to choose from
PAGE_SIZE = 20
ORDERS_COUNTED = 1_000  # of one stage of a shop; where there are more, its tab says "1000+"
SITEMAP_PRODUCTS = 49_000  # a sitemap names 50,000 pages at most
LIST_SIZE = 100
HISTORY_SIZE = 6  # earlier requests beside a case
SESSION_LIFE = timedelta(days=30)
CONFIRM_CODE_LIFE = timedelta(minutes=10)
NOTICE_LIFE = timedelta(hours=24)  # a message about an order that could not be sent by then is dropped
MESSAGE_RETRIES = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 360))  # after each try that failed
WIPED_AT_ONCE = 500  # expired codes, per transaction
CONFIRM_CODE_TRIES = 5
CONFIRM_CODE_DIGITS = 6
CONFIRM_CODE_EVERY = timedelta(seconds=60)
PASSWORD_LENGTH = range(8, 129)
SIGN_IN_TRIES = "10/15minutes"  # of one network address, or of one browser that has signed in before
STRANGERS_TRIES = "30/hour"  # wrong passwords of one address, of all browsers that never signed in there together
COMMON_PASSWORDS = 10_000  # so many of the most common ones are refused
AWAY_DAYS = 30  # from today on, a shop may be away
AWAY_DAYS_TOGETHER = 60  # in the AWAY_COUNTED_IN before today and from today on
AWAY_COUNTED_IN = timedelta(days=180)
AWAY_NOTE = 200  # signs
NAME_LENGTH = 40
PRODUCT_NAME = range(2, 61)
PRODUCT_TEXT = 4_000  # characters of its details, and of its instructions
PRODUCT_RULE = range(10, 501)  # characters of what counts as use
GROUP_NAME = range(2, 31)  # signs
GROUP_SIZE = 30  # products of one group
FACE = range(1, 13)  # signs of what tells a product from the others of its group
PRODUCT_PRICE = range(1, 5_000_001)  # fen
RULE_MOST = range(1, PRODUCT_PRICE[-1] * QUANTITY[-1] + 1)  # fen of one request that is approved at once
RULE_SHOPPER = range(1, 21)  # times for one shopper in …
RULE_COUNTED_IN = timedelta(days=30)
RULE_DAY = range(1, 1_001)  # times a day
RULES_SHOWN = 20  # the newest versions of a rule
DELAY_MOST = timedelta(hours=24)
PROMISE_MOST = timedelta(days=7)
RETURN_DAYS = range(1, 31)
BUYER_FIELDS = 5  # that a product asks its buyers for
FIELD_LABEL = range(1, 21)  # signs
FIELD_HELP = 60
FIELD_TEXT = range(1, 61)  # signs of an answer
FIELD_CHOICES = range(2, 21)  # of a select
FIELD_CHOICE = range(1, 21)  # signs of one of them
FIELD_DIGITS = 9  # at most, of the bounds of a number
CORRECTIONS = 20  # of what was answered with one order
ANSWERS_KEPT = timedelta(days=90)  # after the order is settled, or over
ANSWERS_AGAIN = timedelta(days=1)  # between looks at an order that is not over, or has a case or refund open
LISTED_AT_ONCE = 100  # products of one press, to list or to unlist
SHOP_NAME = range(2, 31)
SHOP_SLUG = range(2, 33)  # letters of its address
CODES_A_DAY = "10/day"  # to one address, for browsers that signed in with it before; each code has 5 tries
STRANGERS_CODES = "40/day"  # to one address, for all other browsers together: bounds what strangers make us send
CODES_FROM = "4/day"  # of these, for one network: fewer than ten networks together use up nobody's day
