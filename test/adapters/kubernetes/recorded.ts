import { readFileSync } from 'node:fs'

export interface RecordedEvent {
  t: number
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  object: Record<string, any> // eslint-disable-line typescript/no-explicit-any -- what a server sent
}

/** The watch events of one recorded scenario, in order. */
export function recordedEvents(scenario: string): RecordedEvent[] {
  const file = new URL(`../../recordings/${scenario}/events.jsonl`, import.meta.url)
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RecordedEvent)
}

/** The last object of a kind in a scenario for which the condition holds. */
export function lastRecorded(
  scenario: string,
  kind: string,
  holds: (object: RecordedEvent['object']) => boolean = () => true,
): RecordedEvent['object'] {
  const found = recordedEvents(scenario).findLast(({ object }) => object['kind'] === kind && holds(object))
  if (found === undefined) throw new Error(`no such ${kind} in ${scenario}`)
  return found.object
}
