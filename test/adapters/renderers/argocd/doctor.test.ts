import { describe, expect, it } from 'vitest'
import { readApplication } from '../../../../src/adapters/kubernetes/snapshots/application.ts'
import { checkRendering } from '../../../../src/adapters/renderers/argocd/doctor.ts'
import { notRendered, type Rendering } from '../../../../src/domain/application/rendered.ts'
import type { ApplicationSnapshot } from '../../../../src/domain/application/snapshots.ts'
import type { RenderQuestion } from '../../../../src/ports/renderer.ts'
import { createOrigin, type Origin } from '../../../contract/git/origin.ts'
import { application, PLANTED, rollout } from '../../../contract/renderer.ts'
import { NO_DIGEST } from '../../../no-digest.ts'
import { openApiWorld, type ApiWorld } from './api-world.ts'

const SHA = 'a'.repeat(40)

async function check(open: (origin: Origin) => Promise<ApiWorld>, files = { 'web/rollout.yaml': rollout('web:1') }) {
  await using origin = await createOrigin()
  await using world = await open(origin)
  const revision = origin.commit(files)
  const object = application()
  world.apply(object)
  const snapshot = readApplication('hub', object) as ApplicationSnapshot
  const history = [{ id: 0, revisions: [revision], sources: [], deployStartedAt: undefined, deployedAt: 1 }]
  const findings = await checkRendering(world.renderer, [{ ...snapshot, history, rollouts: ['shop/web'] }])
  expect(JSON.stringify(findings)).not.toContain(PLANTED)
  return findings
}

it('an account that may get the Application is said to be right, and nothing else is asked for', async () => {
  expect(await check((origin) => openApiWorld(origin))).toMatchObject([
    { level: 'ok', says: 'renders argocd/web; reverts are proven by it' },
  ])
})

it('a missing right is told with the one line that grants it', async () => {
  const [finding] = await check((origin) => openApiWorld(origin, () => false))
  expect(finding).toMatchObject({ level: 'fail', says: expect.stringContaining('may not `get` this Application') })
  expect(finding?.advice).toContain('p, kedge, applications, get, */*, allow')
})

it('a token that is not taken is told, with how to make another, and the rights are left alone', async () => {
  const [finding] = await check((origin) => openApiWorld(origin, () => true, 'another'))
  expect(finding).toMatchObject({ level: 'fail', says: expect.stringContaining('does not take the token') })
  expect(finding?.advice).toContain('argocd account generate-token')
  expect(finding?.advice).not.toContain('argocd-rbac-cm')
})

it('a server that does not answer was not seen', async () => {
  const away = async (origin: Origin): Promise<ApiWorld> => {
    const world = await openApiWorld(origin)
    await world.api[Symbol.asyncDispose]()
    return { ...world, [Symbol.asyncDispose]: () => world.renderer[Symbol.asyncDispose]() }
  }
  expect(await check(away)).toMatchObject([{ level: 'fail', unseen: true }])
})

it('what does not render is no fault of the account', async () => {
  expect(await check((origin) => openApiWorld(origin), { 'web/rollout.yaml': 'kind: ConfigMap\n' })).toMatchObject([{ level: 'warn' }])
})

describe('of several projects', () => {
  const refused = notRendered('forbidden', 'It may not (HTTP 403).')
  const absent = notRendered('absent', 'The Rollout is not among what is rendered.')
  const rendered = { result: 'rendered', rollout: {} } as Rendering

  /** `says`: by the Application's name. */
  async function examine(says: Record<string, Rendering>, change: (name: string) => object = () => ({})) {
    const asked: string[] = []
    const renderer = {
      render: async ({ application: { name }, revisions }: RenderQuestion) => {
        asked.push(`${name} ${revisions.join()}`)
        return says[name] ?? rendered
      },
      digest: NO_DIGEST,
    }
    const snapshots = Object.keys(says).map((name) => {
      const history = [{ id: 0, revisions: [SHA], sources: [], deployStartedAt: undefined, deployedAt: 1 }]
      const project = name.split('-')[0] as string
      return {
        ...(readApplication('hub', application()) as ApplicationSnapshot),
        name,
        project,
        history,
        rollouts: ['shop/web'],
        ...change(name),
      }
    })
    return { findings: await checkRendering(renderer, snapshots), asked }
  }

  it('each is tried, and the one whose Applications may not be got is named', async () => {
    const { findings } = await examine({ 'one-a': rendered, 'one-b': rendered, 'two-a': refused })
    expect(findings).toMatchObject([
      { level: 'ok', says: expect.stringContaining('renders argocd/one-a;') },
      { level: 'fail', says: expect.stringContaining('Its project is two.'), advice: expect.stringContaining('argocd-rbac-cm') },
    ])
  })

  it('a token that is not taken is said once', async () => {
    const locked = notRendered('locked-out', 'Argo CD does not take the token (HTTP 401).')
    expect((await examine({ 'one-a': locked, 'two-a': locked })).findings).toHaveLength(1)
  })

  it('an Application without its Rollout is passed by for another one of the project', async () => {
    expect((await examine({ 'one-a': absent, 'one-b': rendered })).findings).toMatchObject([{ level: 'ok' }])
    const { findings } = await examine({ 'one-a': absent })
    expect(findings).toMatchObject([{ level: 'warn', advice: expect.stringContaining('taken out of Git') }])
  })

  it('no more than twenty are tried, and how many were not is said', async () => {
    const { findings, asked } = await examine(Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`p${index}-a`, rendered])))
    expect(asked).toHaveLength(20)
    expect(findings.at(-1)).toMatchObject({ level: 'warn', says: '5 more projects were not tried' })
  })

  it('a hydrated Application is tried with its dry commit, and one of a chart with the version that was synced', async () => {
    const dry = 'd'.repeat(40)
    const hydrator = { syncRepoURL: undefined, syncBranch: 'env/prod', syncPath: 'web' }
    expect((await examine({ 'one-a': rendered }, () => ({ hydrator, dryRevision: dry }))).asked).toEqual([`one-a ${dry}`])
    const chart = { history: [{ id: 0, revisions: ['1.2.3'], sources: [], deployStartedAt: undefined, deployedAt: 1 }] }
    expect((await examine({ 'one-a': rendered }, () => chart)).asked).toEqual(['one-a 1.2.3'])
    const { findings } = await examine({ 'one-a': rendered }, () => ({ hydrator }))
    expect(findings).toMatchObject([{ says: expect.stringContaining('of 1 Application(s) in view that hold a Rollout, none says') }])
  })
})

it('without an Application that was synced nothing can be tried', async () => {
  await using origin = await createOrigin()
  await using world = await openApiWorld(origin)
  expect(await checkRendering(world.renderer, [])).toMatchObject([{ level: 'warn' }])
})
