import type { World } from '../../../src/simulator/world.ts'
import { ask } from '../live-ledger.ts'
import { reverts, rootCards } from './stories.ts'

/** What has to be the same at the end, whoever was killed. */
export interface End {
  pulls: string
  cards: number
  /** Of Kedge, at the forge. */
  branches: string
  /** The last word of each commit and name. */
  statuses: string
  deployments: string
  comments: number
  reverts: string
}

/** What of a life is there at the end: outside, and in the ledger. */
export async function endOf(world: World, url: string): Promise<End> {
  const { repository } = world
  const { statuses, deployments, comments, git } = repository
  const last = new Map(statuses.map(({ sha, context, state }) => [`${sha} ${context}`, `${context} ${state}`]))
  const found = await ask<{ key: string; state: string }>(
    url,
    `SELECT record.key, record.document::json->>'state' AS state FROM kedge.document JOIN kedge.record USING (sequence)
     WHERE document.kind = 'revert'`,
  )
  return {
    pulls: sorted(reverts(world).map(({ number, state }) => (repository.pulls.get(number)?.merged ? 'merged' : state))),
    cards: rootCards(world).length,
    branches: `${[...(await git.branches()).keys()].filter((branch) => branch.includes('kedge/')).length}`,
    statuses: sorted([...last.values()]),
    deployments: sorted(deployments.map(({ states }) => states.at(-1)?.state ?? 'none')),
    comments: comments.length,
    reverts: sorted(found.map(({ state }) => state)),
  }
}

const sorted = (words: readonly string[]): string => words.toSorted().join(', ')

/** What was done twice. */
export async function doublesIn({ repository, slack }: World, url: string): Promise<readonly string[]> {
  const { pulls, comments, statuses, deployments } = repository
  const said = new Map<string, string>()
  const again = statuses.filter(({ sha, context, state, description, targetUrl }) => {
    const isSame = said.get(`${sha} ${context}`) === `${state} ${description} ${targetUrl}`
    said.set(`${sha} ${context}`, `${state} ${description} ${targetUrl}`)
    return isSame
  })
  // Overtaken while it is sent, a card has two ends, of which one is that it was done.
  const rows = await ask<{ key: string; what: string }>(
    url,
    `SELECT key, CASE WHEN document::json->>'state' = 'done' THEN 'done' ELSE 'intended' END AS what FROM kedge.record
     WHERE kind = 'effect' AND (document::json->>'state' = 'done' OR event LIKE '%-intended')
     GROUP BY key, what HAVING count(*) > 1`,
  )
  return [
    ...repeated([...pulls.values()].map(({ head }) => `PR of ${head}`)),
    ...repeated(comments.map(({ number, body }) => `comment on #${number}: ${body.slice(0, 60)}`)),
    ...again.map(({ context, state }) => `status ${context} ${state}`),
    ...repeated(deployments.map(({ sha, environment }) => `deployment of ${sha.slice(0, 8)} in ${environment}`)),
    ...deployments.flatMap(({ states }) =>
      repeatedInARow(states.map(({ state, description }) => `deployment is ${state}: ${description}`)),
    ),
    ...threadsOf(slack.messages).flatMap((texts) => repeatedInARow(texts.map((text) => `reply: ${text}`))),
    ...rows.map(({ key, what }) => `effect ${key} is ${what} twice`),
  ]
}

function threadsOf(messages: World['slack']['messages']): readonly (readonly string[])[] {
  const replies = messages.filter(({ thread_ts }) => thread_ts !== undefined)
  return [...Map.groupBy(replies, ({ thread_ts }) => thread_ts).values()].map((thread) => thread.map(({ text }) => text))
}

const repeated = (all: readonly string[]): readonly string[] => all.filter((one, at) => all.indexOf(one) < at)
const repeatedInARow = (all: readonly string[]): readonly string[] => all.filter((one, at) => all[at - 1] === one)
