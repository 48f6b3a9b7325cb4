import type { ApplicationAnswer, ApplicationRelease, ApplicationRollout } from '../api/application-contract.ts'
import { webLink } from '../domain/words/web-address.ts'
import type { Draw, Element, Node } from './host.ts'
import { SIGNS, STYLES } from './look.ts'

/** No address that Kedge writes is longer, in characters. */
const LONGEST = 8_000

/** One Rollout: how it stands, what to do, its pull request and what was measured. */
export function drawRollout(h: Draw, one: ApplicationRollout): Element {
  const { cluster, namespace, name, uid, tone, verdict, since, gitWants, clusterRuns, why, release, page } = one
  const known = drawFacts(h, [
    ['Git wants', gitWants ?? 'not known'],
    ['Cluster runs', clusterRuns ?? 'not known'],
    ['Since', since === null ? null : timeOf(since)],
    ['Why', why],
  ])
  return h(
    'section',
    { key: `${cluster}/${uid}`, style: STYLES.rollout },
    h('h2', { style: STYLES.title }, drawSign(h, tone), `${namespace}/${name}: ${verdict}`),
    known,
    release === null ? null : drawRelease(h, release),
    page === null ? null : h('p', { style: STYLES.small }, drawLink(h, 'Its page at Kedge', page)),
  )
}

/** Which clusters cannot be seen; nothing where all can. */
export function drawBlind(h: Draw, { blind }: ApplicationAnswer): Node {
  if (blind.length === 0) return null
  return h('p', { key: 'blind', style: STYLES.small }, `Kedge cannot see ${blind.join(', ')} now: there, things may be otherwise.`)
}

/** The sign of a tone, beside words that say the same. */
export function drawSign(h: Draw, tone: ApplicationRollout['tone']): Element {
  const { sign, colour } = SIGNS[tone] ?? SIGNS.unknown
  return h('span', { key: 'sign', 'aria-hidden': true, style: { color: colour, marginRight: '6px', fontWeight: 700 } }, sign)
}

/** Words that lead to a page on the web, and the words alone where the address is none. */
export function drawLink(h: Draw, words: string, href: string | null): Node {
  const link = typeof href === 'string' ? webLink(href, LONGEST) : undefined
  return link === undefined ? words : h('a', { href: link, target: '_blank', rel: 'noopener noreferrer', style: STYLES.link }, words)
}

function drawRelease(h: Draw, release: ApplicationRelease): Node {
  const { isOpen, sentence, todo, todoHref, did, pullRequest, evidence } = release
  const line = (key: string, ...text: readonly Node[]): Element => h('p', { key, style: STYLES.fact }, ...text)
  return [
    line('sentence', isOpen ? sentence : `Last release: ${sentence}`),
    todo === null ? null : h('p', { key: 'todo', style: STYLES.verb }, drawLink(h, todo, todoHref)),
    did === '' ? null : line('did', did),
    pullRequest === null ? null : line('pull', 'Pull request: ', drawLink(h, pullRequest.words, pullRequest.href)),
    isOpen && evidence.length > 0 ? drawEvidence(h, evidence) : null,
  ]
}

function drawEvidence(h: Draw, rows: ApplicationRelease['evidence']): Element {
  const row = (key: string, what: 'td' | 'th', texts: readonly string[]): Element => {
    const props = { style: STYLES.cell, ...(what === 'th' && { scope: 'col' }) }
    return h('tr', { key }, ...texts.map((text, column) => h(what, { ...props, key: String(column) }, text)))
  }
  const head = h('thead', { key: 'head' }, row('head', 'th', ['Metric', 'Value', 'Wanted', 'Failed', 'Run']))
  const lines = rows.map(({ metric, value, condition, counts, source }, at) =>
    row(String(at), 'td', [metric, value, condition, counts, source]),
  )
  const table = h('table', { style: STYLES.table, 'aria-label': 'Evidence' }, head, h('tbody', { key: 'body' }, ...lines))
  // What scrolls can be reached by the keyboard.
  return h('div', { key: 'evidence', style: STYLES.scroll, tabIndex: 0, role: 'group', 'aria-label': 'Evidence' }, table)
}

function drawFacts(h: Draw, entries: readonly (readonly [string, string | null])[]): Element {
  const pairs = entries.flatMap(([label, value]) =>
    value === null || value === ''
      ? []
      : [h('dt', { key: label, style: STYLES.fact }, label), h('dd', { key: `${label}:`, style: STYLES.fact }, value)],
  )
  return h('dl', { style: STYLES.facts }, ...pairs)
}

function timeOf(at: number): string {
  return Number.isFinite(at) ? new Date(at).toLocaleString() : ''
}
