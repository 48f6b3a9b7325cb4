import { expect, it } from 'vitest'
import { readApplication } from '../../../../src/adapters/kubernetes/snapshots/application.ts'
import { checkRendering } from '../../../../src/adapters/renderers/argocd/doctor.ts'
import type { ApplicationSnapshot } from '../../../../src/domain/application/snapshots.ts'
import { createOrigin, type Origin } from '../../../contract/git/origin.ts'
import { application, PLANTED, rollout } from '../../../contract/renderer.ts'
import { openApiWorld, type ApiWorld } from './api-world.ts'

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

it('a token that is not taken is told', async () => {
  const [finding] = await check((origin) => openApiWorld(origin, () => true, 'another'))
  expect(finding).toMatchObject({ level: 'fail', says: expect.stringContaining('does not take the token') })
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

it('without an Application that was synced nothing can be tried', async () => {
  await using origin = await createOrigin()
  await using world = await openApiWorld(origin)
  expect(await checkRendering(world.renderer, [])).toMatchObject([{ level: 'warn' }])
})
