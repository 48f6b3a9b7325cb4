import { parsePage, type Parsed } from '../../api/filters.ts'
import type { ChainPlace, LedgerAnswer, LedgerLine } from '../../api/ledger-contract.ts'
import { plainText } from '../../domain/words/plain-text.ts'
import { withoutSecrets } from '../../domain/words/secrets.ts'
import type { LedgerHead, LedgerRecord } from '../../ports/ledger.ts'
import type { ReadOptions } from '../request/options.ts'
import { decodeId, encodeId } from '../request/paging.ts'

const LONGEST = 200

/** Where the chain stands, and a page of its records, newest first. @param before only records before this one */
export async function readLedger(
  { store, chain, signedCheckpoints }: Pick<ReadOptions, 'store' | 'chain' | 'signedCheckpoints'>,
  { before, limit }: { before: number | undefined; limit: number },
): Promise<LedgerAnswer> {
  const [head, archived, found] = await Promise.all([store.head(), store.archived(), store.newest({ before, limit: limit + 1 })])
  const items = found.slice(0, limit)
  const verified = chain?.()
  return {
    head: placeOf(head),
    archived: placeOf(archived),
    verified: verified ? { at: verified.at, head: placeOf(verified.head), from: placeOf(verified.from) } : null,
    checkpoints:
      signedCheckpoints?.().map(({ place, head: signed, trouble }) => ({
        place: plainText(place, LONGEST),
        head: placeOf(signed),
        trouble: trouble === undefined ? null : plainText(withoutSecrets(trouble), LONGEST),
      })) ?? null,
    items: items.map(lineOf),
    continue: found.length > limit ? encodeId(String(items.at(-1)?.sequence ?? 0)) : null,
  }
}

/** Which page of records is asked for. */
export function parseLedgerPage(query: Readonly<Record<string, unknown>>): Parsed<{ before: number | undefined; limit: number }> {
  const other = Object.keys(query).find((key) => key !== 'limit' && key !== 'continue')
  if (other !== undefined) return { fault: `${plainText(other, 40)} is not a parameter; known are limit, continue` }
  const page = parsePage(query)
  if ('fault' in page) return page
  const { continue: next, limit } = page.value
  if (next === undefined) return { value: { before: undefined, limit } }
  const text = decodeId(next) ?? ''
  return /^[1-9]\d{0,14}$/.test(text) ? { value: { before: Number(text), limit } } : { fault: 'continue is not one that a page gave' }
}

function placeOf(head: LedgerHead | undefined): ChainPlace | null {
  return head ? { sequence: head.sequence, hash: head.hash } : null
}

/** Documents are what earlier versions wrote, too: nothing in them is taken for granted. */
function lineOf({ sequence, at, kind, key, event, hash, document }: LedgerRecord): LedgerLine {
  const fields = fieldsOf(document)
  const named = text(fieldsOf(fields['action'])['releaseKey']) ?? text(fields['release'])
  const release = kind === 'release' || kind === 'card' ? key : named
  return {
    sequence,
    hash,
    at,
    kind,
    key: plainText(key, LONGEST),
    event: plainText(event, LONGEST),
    subject: plainText(withoutSecrets(subjectOf(kind, key, fields)), LONGEST),
    who: whoOf(event, fields),
    release: release === undefined ? null : encodeId(release),
  }
}

function subjectOf(kind: string, key: string, fields: Fields): string {
  const action = fieldsOf(fields['action'])
  const [cluster, namespace, name] = [fields['cluster'], fields['namespace'], fields['rollout']].map(text)
  if (name !== undefined) return `${namespace ?? '?'}/${name} in ${cluster ?? '?'}`
  if (kind === 'effect') return text(action['type']) ?? 'effect'
  if (kind === 'baseline') return text(fields['cluster']) ?? key
  return text(fields['repository']) ?? text(fields['repoURL']) ?? text(fieldsOf(fields['cause'])['words']) ?? text(fields['channel']) ?? key
}

/** The field that an event of a person has written: it stays in later records, which are Kedge's own. */
const PEOPLE: Readonly<Record<string, (fields: Fields) => string | undefined>> = {
  'release-adopted': (fields) => text(fields['adoptedBy']),
  'release-acknowledged': (fields) => text(fieldsOf(fields['onIt'])['by']),
  'release-snoozed': (fields) => text(fieldsOf(fields['snooze'])['by']),
  'storm-released': (fields) => text(fields['releasedBy']),
  'quarantine-lifted': (fields) => text(fields['liftedBy']),
}

function whoOf(event: string, fields: Fields): string | null {
  const who = Object.hasOwn(PEOPLE, event) ? PEOPLE[event]?.(fields) : undefined
  return who === undefined ? null : plainText(who, LONGEST)
}

type Fields = Readonly<Record<string, unknown>>

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
