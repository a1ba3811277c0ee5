"""The carrier of a bench: to handsets that exist nowhere else."""

from partywire.delivery.channels.carrier import ChannelMessage, Outcome
from partywire.model.handsets import HandsetMessage
from partywire.storage import handsets
from partywire.storage.database import Transaction


class Loopback:
    """Puts messages where ``domain.handsets`` finds them: a ``Carrier``."""

    async def take(self, transaction: Transaction, message: ChannelMessage) -> Outcome:
        """See ``Carrier.take``: the handset says at once what it makes of the message."""
        handset = await handsets.fetch(transaction, message.account, message.recipient)
        await handsets.add(
            transaction,
            HandsetMessage(
                sid=message.sid,
                account=message.account,
                address=message.recipient,
                proxy_address=message.sender,
                direction="received",
                body=message.body,
                author=message.author,
                service_sid=message.service_sid,
                conversation_sid=message.conversation_sid,
                message_sid=message.message_sid,
                participant_sid=message.participant_sid,
                date_created=message.date,
                media=message.media,
            ),
        )
        return Outcome(handset.status, handset.error_code)
