import { createVirtualClock } from '../../../../src/adapters/replay/virtual-clock.ts'
import { notRendered, type NotRendered, type RenderedDigest, type Rendering } from '../../../../src/domain/application/rendered.ts'
import { Sealed } from '../../../../src/domain/sealed.ts'
import { openBeside } from '../../../../src/reconcile/git-facts/beside/beside.ts'
import type { Other } from '../../../../src/reconcile/git-facts/beside/sharing.ts'
import { aReplicaSet } from '../../../domain/release/a-look.ts'
import { anApplication, REPO } from '../../an-application.ts'

export type Question = Parameters<typeof openBeside>[0]
type State = keyof Parameters<typeof openBeside>[2]
/** What something is in each state: a letter, `?why` where that is not told, or never an answer. */
export type At = Partial<Record<State, string | Promise<never>>>

const STATES = { good: 'a'.repeat(40), left: 'b'.repeat(40), head: 'c'.repeat(40), revert: 'd'.repeat(40) }
const PUSHED = 'e'.repeat(40)

export interface Given {
  rollouts: Readonly<Record<string, At>>
  applications: Readonly<Record<string, At>>
  /** Those of the Applications of which it is not known whether they share the files. */
  untold: readonly string[]
  live: Question['renderings']['live']
  pushed: boolean
}

/** Neighbours of a release, each in its states. */
export function openAt({ rollouts = {}, applications = {}, untold = [], live, pushed = false }: Partial<Given>) {
  const clock = createVirtualClock(0)
  const asked: string[] = []
  const stateOf = (sha = ''): State => (sha === PUSHED ? 'revert' : (Object.entries(STATES).find(([, one]) => one === sha)?.[0] as State))
  const source = { repoURL: REPO, repository: 'git.example/shop/gitops', index: 0, targetRevision: 'main' } as Question['source']
  const question = {
    application: anApplication([{}]),
    release: { namespace: 'shop', rollout: 'web', applied: null },
    source,
    clock,
    pushed: pushed ? PUSHED : undefined,
    renderings: {
      at: async ([sha]: readonly string[], { rollout }: { rollout: { name: string } }) =>
        rendering(await rollouts[rollout.name]?.[stateOf(sha)]),
      live: live ?? (async () => undefined),
    },
    renderer: {
      digest: async ({ application, revisions }: { application: { name: string }; revisions: readonly string[] }) => {
        asked.push(`${application.name} ${stateOf(revisions[0])}`)
        return digest(await applications[application.name]?.[stateOf(revisions[0])])
      },
    },
    stableOf: (name: string) => (name === 'shop/none' ? undefined : aReplicaSet('abc', 2)),
  } as unknown as Question
  const others = Object.keys(applications).filter((name) => name !== 'web')
  const other = (name: string): Other => ({ application: anApplication([{}], { name }), source })
  const sharing = { sharing: others.filter((name) => !untold.includes(name)).map(other), untold: untold.map(other) }
  return { beside: openBeside(question, sharing, STATES as Parameters<typeof openBeside>[2]), clock, asked, question }
}

export const template = (image: string): Sealed => new Sealed({ spec: { containers: [{ name: 'main', image }] } })

function unknownOf(text: string): Rendering & { result: 'unknown' } {
  return notRendered(text.slice(1) as NotRendered, 'It says why.') as Rendering & { result: 'unknown' }
}

/** `a/x`: with another rest. */
export function rendering(text = '?absent'): Rendering {
  if (text.startsWith('?')) return unknownOf(text)
  const [image = '', rest = 'same'] = text.split('/')
  return {
    result: 'rendered',
    rollout: { template: template(image), spec: new Sealed({}), analysis: undefined, parts: { rest, rollouts: new Map() } },
  }
}

/** `a.1`: a Service and a Rollout; `a!`: with values that nobody is shown. */
export function digest(text = '?absent'): RenderedDigest {
  if (text.startsWith('?')) return unknownOf(text)
  const bare = text.replace('!', '')
  const ids = [
    ['v1', 'Service', 'shop', 'x'],
    ['argoproj.io/v1alpha1', 'Rollout', 'shop', 'web'],
  ].map((id) => JSON.stringify(id))
  const objects = new Map(bare.split('.').map((part, at) => [ids[at] ?? '', part]))
  return { result: 'rendered', hides: text.endsWith('!'), digest: bare, objects }
}

export const row = (good: string, left: string, head: string, revert: string): At => ({ good, left, head, revert })
