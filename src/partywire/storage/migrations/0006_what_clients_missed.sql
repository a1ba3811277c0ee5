-- Whom an event is about, and who was in a conversation that is gone: clients that come back are told.

ALTER TABLE events ADD COLUMN user_sid TEXT;
CREATE INDEX events_by_conversation ON events (conversation_sid, position)
    WHERE conversation_sid IS NOT NULL AND position IS NOT NULL;
CREATE INDEX events_by_user ON events (user_sid, position)
    WHERE user_sid IS NOT NULL AND position IS NOT NULL;
CREATE INDEX events_of_removals ON events (service_sid, position)
    WHERE kind = 'conversation.removed' AND position IS NOT NULL;
ALTER TABLE removed_conversations ADD COLUMN user_sids TEXT NOT NULL DEFAULT '[]';
