import { cardLines } from '../../../src/demo/sights.ts'
import type { FleetWorld } from './world.ts'

/** Characters of a line, as everywhere in this repository. */
const WIDTH = 140

/** The newest card in the channel, as people read it, in a block of code. @throws Error there is none */
export function newestCard({ slack }: Pick<FleetWorld, 'slack'>): string {
  const card = slack.messages.findLast(({ thread_ts: thread }) => thread === undefined)
  if (!card) throw new Error('nobody was told anything')
  const lines = cardLines(card).flatMap((line) => wrapped(line, WIDTH, '  '))
  return ['```', ...lines, '```'].join('\n')
}

/** The beginning of the revert PR that is open, as a quotation: all that stands before what is folded. @throws Error there is none */
export function openPullRequest({ repository }: Pick<FleetWorld, 'repository'>): string {
  const open = [...repository.pulls.values()].find(({ head, closed }) => head.startsWith('kedge/revert/') && !closed)
  if (!open) throw new Error('no revert PR is open')
  const [beginning = ''] = open.body.split('<details>')
  const lines = beginning.trimEnd().split('\n')
  return lines
    .flatMap((line) => (line.startsWith('|') ? [line] : wrapped(line, WIDTH - 2, line.startsWith('- ') ? '  ' : '')))
    .map((line) => `> ${line}`.trimEnd())
    .join('\n')
}

/** Broken between words; `indent` stands before what goes on. */
function wrapped(line: string, width: number, indent: string): readonly string[] {
  const lines: string[] = []
  let rest = line
  while (rest.length > width) {
    const at = rest.lastIndexOf(' ', width)
    if (at <= indent.length) break
    lines.push(rest.slice(0, at))
    rest = indent + rest.slice(at + 1)
  }
  return [...lines, rest]
}
