import { notRendered } from '../src/domain/application/rendered.ts'
import type { Renderer } from '../src/ports/renderer.ts'

/** Of a renderer that is asked about Rollouts only. */
export const NO_DIGEST: Renderer['digest'] = async () => notRendered('unsupported', 'Nothing is told of all manifests here.')
