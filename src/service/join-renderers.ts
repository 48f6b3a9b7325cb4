import type { Renderer } from '../ports/renderer.ts'

/** The first renderer that reads such a source answers: one that needs no server comes first. */
export function joinRenderers(first: Renderer, then: Renderer): Renderer {
  return {
    async render(question) {
      const rendering = await first.render(question)
      const isLeft = rendering.result === 'unknown' && (rendering.why === 'unsupported' || rendering.why === 'too-large')
      return isLeft ? then.render(question) : rendering
    },
  }
}
