import { imagesAmong } from './images.ts'
import type { Quarantine } from './quarantine.ts'
import type { QuarantineEvent } from './transitions.ts'

/** A version that serves healthy. */
export interface Healthy {
  readonly podTemplateHash: string
  readonly images: readonly string[]
}

/** What time, and what serves healthy now, say of a quarantine that stands. `now`: epoch milliseconds. */
export function eventOfTime(quarantine: Quarantine, now: number, healthy: readonly Healthy[]): QuarantineEvent | undefined {
  if (quarantine.state !== 'standing') return undefined
  const { images, templates, until } = quarantine
  if (healthy.some(({ podTemplateHash }) => templates.includes(podTemplateHash))) return { type: 'quarantine-proven', at: now }
  const serving = new Set(healthy.flatMap((one) => imagesAmong(images, one.images)))
  const left = images.filter((image) => !serving.has(image))
  if (images.length > 0 && left.length === 0) return { type: 'quarantine-proven', at: now }
  if (until <= now) return { type: 'quarantine-expired', at: now }
  return left.length < images.length ? { type: 'quarantine-narrowed', images: left } : undefined
}
