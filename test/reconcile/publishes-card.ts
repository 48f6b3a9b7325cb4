import type { EffectAction } from '../../src/domain/effect.ts'
import { cardTitled } from '../contract/channel.ts'

/** What is to be done where the card of a release is to be published. */
export function publishesCard(fields: Partial<Extract<EffectAction, { type: 'publish-card' }>> = {}): EffectAction {
  return { type: 'publish-card', releaseKey: 'r', card: cardTitled('x'), channel: '#c', thread: undefined, ...fields }
}
