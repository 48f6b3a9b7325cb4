import { describe, expect, it } from 'vitest'
import { createMemoryForges } from '../../../src/adapters/forges/memory/forge.ts'
import { deploymentWords } from '../../../src/domain/announce/deployment.ts'
import type { ShownDeployment } from '../../../src/domain/announce/shown-deployment.ts'
import type { SourceSnapshot } from '../../../src/domain/application/snapshots.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Deployment, DeploymentShown, KnownDeployment } from '../../../src/ports/forge.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'
import { showDeployment } from '../../../src/reconcile/announce/show-deployment.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import type { Delivered } from '../../../src/reconcile/outbox/delivered.ts'
import { aRevert, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { AT } from '../../domain/an-attempt.ts'
import { aRollout } from '../../http/fleet-fixture.ts'
import { applicationOf } from '../../http/large-fleet.ts'
import { aCluster, aWorld, LINKS, type World } from '../a-world.ts'
import { digest } from '../an-environment.ts'
import { failed } from '../tell/a-card.ts'
import { COMMIT, REPO, REPOSITORY } from './an-announcement.ts'

const WITHHELD = { state: 'abandoned', event: 'effect-withheld' }
const deployment: ShownDeployment = { repoURL: REPO, commit: COMMIT, environment: 'east/web', number: 4 }

interface Shown extends World {
  show: () => Promise<Delivered>
  /** What the forge was asked for, and what was known of it. */
  asked: (readonly [Deployment, KnownDeployment])[]
  refused: unknown[]
}

interface Given {
  policy?: Partial<Policy>
  more?: Partial<Environment>
  answer?: DeploymentShown
  known?: readonly LedgerEntry[]
}

async function aShown(release: Release, { policy, more, answer = { number: 4 }, known = [] }: Given = {}): Promise<Shown> {
  const asked: Shown['asked'] = []
  const memory = createMemoryForges({ now: () => AT })
  const deploy = async (...of: Shown['asked'][number]): Promise<DeploymentShown> => {
    asked.push(of)
    return answer
  }
  const forges = { forRepository: (url: string) => ({ ...memory.forRepository(url), deploy }) }
  const world = await aWorld({ announce: ['deployment'], ...policy }, { forges, ...more })
  await world.put(releaseEntry(release), ...known)
  const refused: unknown[] = []
  const show = (): Promise<Delivered> => showDeployment(world.environment, 'r', (where, way, why) => void refused.push([where, way, why]))
  return { ...world, show, asked, refused }
}

describe('the deployment of a release', () => {
  it('is brought up to date where it is, with what has become of the release', async () => {
    const release = failed({ deployment, revertKey: 'v' })
    const revert = aRevert({ key: 'v' })
    const { show, asked } = await aShown(release, { known: [revertEntry(revert)] })
    const { entries, ...receipt } = await show()
    expect(receipt).toEqual({
      state: 'done',
      event: 'deployment-shown',
      receipt: { deployment: 4, environment: 'east/web', state: 'failed' },
    })
    const news: Deployment = {
      environment: 'east/web',
      commit: COMMIT,
      branch: COMMIT,
      marker: digest('r').slice(0, 20),
      state: 'failed',
      description: deploymentWords({ release, revert }),
      url: LINKS[0]?.url,
    }
    expect(asked).toEqual([[news, { number: 4, others: [] }]])
    expect(entries?.()).toEqual([])
  })

  it('keeps its number, as the release is by then', async () => {
    const { show, put } = await aShown(failed({ deployment }), { answer: { number: 9 } })
    const { entries } = await show()
    await put(releaseEntry(failed({ deployment, author: 'ada' })))
    expect(entries?.()).toMatchObject([
      { kind: 'release', key: 'r', document: { author: 'ada', deployment: { ...deployment, number: 9 } } },
    ])
  })

  it('leads nowhere where no link is known', async () => {
    const { show, asked } = await aShown(failed({ deployment }), { more: { linksFor: () => [] } })
    await show()
    expect(Object.keys(asked[0]?.[0] ?? {})).not.toContain('url')
  })

  it('is told from the others of its Rollout in the same environment', async () => {
    const other = (key: string, fields: Partial<ShownDeployment>, of: Partial<Release> = {}): LedgerEntry =>
      releaseEntry(failed({ key, deployment: { ...deployment, ...fields }, ...of }))
    const known = [
      other('same', { number: 1 }),
      other('elsewhere', { number: 2, environment: 'other' }),
      other('of another repository', { number: 3, repoURL: `${REPO}-2` }),
      other('of another Rollout', { number: 5 }, { rollout: 'api' }),
      releaseEntry(failed({ key: 'none' })),
    ]
    const { show, asked } = await aShown(failed({ deployment }), { known })
    await show()
    expect(asked[0]?.[1]).toEqual({ number: 4, others: [1] })
  })

  it.each<[string, DeploymentShown, readonly LedgerEntry['kind'][], Delivered['receipt']]>([
    [
      'is told where the forge refuses it',
      { refusal: 'No right.' },
      [],
      { deployment: 'refused', environment: 'east/web', state: 'refused' },
    ],
    [
      'is kept where the forge refuses its state',
      { number: 7, refusal: 'No right.' },
      ['release'],
      { deployment: 7, environment: 'east/web', state: 'refused' },
    ],
  ])('%s', async (_, answer, kinds, receipt) => {
    const { show, refused } = await aShown(failed({ deployment }), { answer })
    const { entries, ...delivered } = await show()
    expect(delivered.receipt).toEqual(receipt)
    expect(entries?.().map(({ kind }) => kind)).toEqual(kinds)
    expect(refused).toEqual([[{ repository: REPOSITORY, commit: COMMIT }, 'deployment', 'No right.']])
  })

  it('is no refusal where there is none', async () => {
    const { show, refused } = await aShown(failed({ deployment }))
    await show()
    expect(refused).toEqual([])
  })
})

describe('no deployment is shown', () => {
  const unsupported = (): never => {
    throw new KedgeError('E_FORGE_UNSUPPORTED', 'No forge.')
  }
  it.each<[string, Release, Given]>([
    ['of what nobody knows', failed({ key: 'other', deployment }), {}],
    ['of what was broken before Kedge came', failed({ preExisting: true, deployment }), {}],
    ['by a policy that shows none', failed({ deployment }), { policy: { announce: ['status'] } }],
    ['while it is muted', failed({ deployment }), { policy: { mutedUntil: AT + 1 } }],
    ['in a repository that the admin does not allow', failed({ deployment }), { more: { allowsRepository: () => false } }],
    ['where there is no forge', failed({ deployment }), { more: { forges: { forRepository: unsupported } } }],
  ])('%s', async (_, release, given) => {
    const { show, asked } = await aShown(release, given)
    expect(await show()).toEqual(WITHHELD)
    expect(asked).toEqual([])
  })

  const NONE = { state: 'done', event: 'deployment-shown', receipt: { deployment: 'none' } }
  it.each<[string, Release, Given]>([
    ['where no Application says which commit it was', failed(), {}],
    ['of a Rollout that is gone', failed({ state: 'ended', outcome: 'gone' }), {}],
    ['of a cluster that nobody watches', failed({ cluster: 'gone', policy: keptPolicy() }), {}],
    ['in an environment without a name', failed({ deployment: { ...deployment, environment: '' } }), {}],
  ])('%s, and that is the end of it', async (_, release, given) => {
    const { show, asked } = await aShown(release, given)
    expect(await show()).toEqual(NONE)
    expect(asked).toEqual([])
  })

  const source = { repoURL: REPO, path: 'web', targetRevision: 'main' } as unknown as SourceSnapshot
  const application = { ...applicationOf(aRollout({ name: 'web' })), sources: [source] }
  const failing = (error: Error): Given => {
    const view = { ...aCluster('east', ['web']), applicationsOf: () => [application], applications: () => [application] }
    return { more: { views: [view], repositories: { open: () => Promise.reject(error) } as never } }
  }

  it('where Git cannot be read for good', async () => {
    const { show } = await aShown(failed(), failing(new KedgeError('E_REPOSITORY_NOT_ALLOWED', 'No.')))
    expect(await show()).toEqual(NONE)
  })

  it.each([new KedgeError('E_GIT_UNREACHABLE', 'down'), new Error('bug')])('yet where Git may be read later: %s', async (error) => {
    const { show } = await aShown(failed(), failing(error))
    await expect(show()).rejects.toThrow(error.message)
  })
})

function keptPolicy(): NonNullable<Release['policy']> {
  return { mode: 'notify', channel: null, mutedUntil: null, deployments: '{rollout}' }
}
