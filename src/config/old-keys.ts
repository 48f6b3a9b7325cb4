import { z } from 'zod'
import type { ConfigPath } from './faults.ts'
import { channel, word } from './schema/words.ts'

// What 0.1.0 called otherwise. It still works, and is told as old. Nothing else of the configuration knows these names.

/** Among the keys of `defaults` and of a rule's `set`. */
export const OLD_CHOICE = {
  slackChannel: channel.optional().meta({ deprecated: true }).describe('Old name of `channel`; still works.'),
}

/** Among the keys of `allow`. */
export const OLD_ALLOW = {
  slackChannels: z.array(word).optional().meta({ deprecated: true }).describe('Old name of `allow.channels`; still works.'),
}

/** A choice under the names of today. With both, the new name holds. */
export function renameChoice<T extends { channel?: string | undefined; slackChannel?: string | undefined }>(
  choice: T,
): Omit<T, 'slackChannel'> {
  const { slackChannel, ...today } = choice
  return slackChannel === undefined || today.channel !== undefined ? today : { ...today, channel: slackChannel }
}

/** What `allow` says under the names of today. Both names hold. */
export function renameAllow<T extends { channels: string[]; slackChannels?: string[] | undefined }>(allow: T): Omit<T, 'slackChannels'> {
  const { slackChannels = [], ...today } = allow
  return { ...today, channels: [...today.channels, ...slackChannels] }
}

/** The old keys in a choice or in `allow`, each as a warning. */
export function oldKeysIn(path: ConfigPath, block: object): readonly { path: ConfigPath; reason: string }[] {
  const names = { slackChannel: '`channel`', slackChannels: '`allow.channels`' }
  return Object.entries(names).flatMap(([old, today]) =>
    (block as Record<string, unknown>)[old] === undefined
      ? []
      : [{ path: [...path, old], reason: `is the old name of ${today}; it still works` }],
  )
}
