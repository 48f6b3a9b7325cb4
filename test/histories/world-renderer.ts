import { notRendered } from '../../src/domain/application/rendered.ts'
import { Sealed } from '../../src/domain/sealed.ts'
import type { Renderer } from '../../src/ports/renderer.ts'
import { NO_DIGEST } from '../no-digest.ts'
import { specOf } from './world/manifests.ts'
import type { World } from './world/world.ts'

/** Stands for Argo CD's own: knows what each commit renders that is in the world's repository, and nothing of others. */
export function createWorldRenderer(world: World): Renderer {
  return {
    digest: NO_DIGEST,
    async render({ application, revisions, rollout, isUnpublished }) {
      const [revision = ''] = revisions
      if (!world.repository.store.commit(revision))
        return isUnpublished
          ? notRendered('unpublished', 'The revision is not in the repository.')
          : notRendered('failed', 'No such revision.')
      const found = world.repository.rendered(world.folder(application.name), revision)
      if (!found) return notRendered('failed', 'It does not render.')
      const one = found.rollouts.get(rollout.name)
      if (!one || application.destinationNamespace !== rollout.namespace) return notRendered('absent', 'The Rollout is not among it.')
      const spec = { ...specOf(rollout.name, one.steps), template: one.template }
      const rollouts = [...found.rollouts.keys()].map((name) => `${rollout.namespace}/${name}`)
      const { analysis, rest } = found
      const hashes = [...found.rollouts].map(([name, { key, steps }]) => [`${rollout.namespace}/${name}`, `${key} ${steps}`] as const)
      const parts = { rest, rollouts: new Map(hashes) }
      return { result: 'rendered', rollout: { template: new Sealed(one.template), spec: new Sealed(spec), analysis, rollouts, parts } }
    },
  }
}
