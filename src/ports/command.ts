import { KedgeError } from '../domain/errors.ts'
import type { CardAnswer } from './interaction.ts'

/** What a person wants, from one process to the one that leads what it is about. Plain data: it is kept until it was done. */
export type Command =
  | { type: 'adopt'; release: string; by: string }
  | { type: 'release-storm'; storm: string; by: string }
  | { type: 'lift'; quarantine: string; by: string; reason: string }
  /** `side`: see `Channel.sideOf`. */
  | { type: 'answer'; answer: CardAnswer; side: string }
  /** `rollout`: `cluster/namespace/name`. */
  | { type: 'retry'; rollout: string }

/** What a command is about has to be said, by type. */
const ABOUT = {
  adopt: 'release',
  'release-storm': 'storm',
  lift: 'quarantine',
  answer: 'answer',
  retry: 'rollout',
} as const satisfies Record<Command['type'], string>

/** Reads what another process has left, which may be newer. @throws KedgeError E_COMMAND_UNKNOWN for one that this program does not know */
export function readCommand(text: string): Command {
  const command = parsed(text)
  const type = command?.['type']
  if (command && typeof type === 'string' && isType(type) && command[ABOUT[type]] !== undefined) return command as unknown as Command
  throw new KedgeError('E_COMMAND_UNKNOWN', 'another Kedge has left something to be done that this one does not know: it may be newer')
}

function isType(type: string): type is Command['type'] {
  return Object.hasOwn(ABOUT, type)
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}
