import type { Sealed } from '../sealed.ts'
import { compareFields } from './compare-fields.ts'
import { isFields, looksLikeImage, own, POD_TEMPLATE, type Shape } from './template-shape.ts'

/** A field of a Rollout's spec that differs between two renderings. Values are told of images alone: others may be secrets. */
export interface ChangedField {
  readonly path: string
  readonly image?: { readonly before: string | undefined; readonly after: string | undefined }
}

/** A Rollout's `spec`. */
export const ROLLOUT_SPEC: Shape = { fields: { template: POD_TEMPLATE } }
const SHOWN = 50

/** The fields that differ between two rendered specs of one Rollout; undefined when they are too large to be told. */
export function changedFields(before: Sealed, after: Sealed): { fields: readonly ChangedField[]; complete: boolean } | undefined {
  const differences = compareFields(before.open(), after.open(), { shape: ROLLOUT_SPEC, withDefaults: false, mayAdd: () => false })
  if (!differences) return undefined
  const paths = differences.paths.slice(0, SHOWN)
  return {
    fields: paths.map((path) => {
      const container = /^template\.spec\.(containers|initContainers)\[([^\]]+)\]\.image$/.exec(path)
      if (!container) return { path }
      const [, list = '', name = ''] = container
      return { path, image: { before: imageOf(before, list, name), after: imageOf(after, list, name) } }
    }),
    complete: differences.complete && paths.length === differences.paths.length,
  }
}

/** An image is found as the path names it: containers by name, others by their place. */
function imageOf(spec: Sealed, list: string, name: string): string | undefined {
  const containers = ['template', 'spec', list].reduce<unknown>(
    (value, field) => (isFields(value) ? own(value, field) : undefined),
    spec.open(),
  )
  if (!Array.isArray(containers)) return undefined
  const found: unknown = containers.find((one) => isFields(one) && own(one, 'name') === name) ?? containers[Number(name)]
  const image = isFields(found) ? own(found, 'image') : undefined
  // What does not look like an image is not told: it need not be one.
  return looksLikeImage(image) ? image : undefined
}
