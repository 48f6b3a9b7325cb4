import type { WorldOptions } from '../simulator/world.ts'
import type { Play } from './acts.ts'
import type { StageOptions } from './stage.ts'

/** One story that the demo tells. `play` throws StepFailed where a step does not hold. */
export interface Story {
  title: string
  world?: WorldOptions
  /** See `StageOptions`. */
  config?: Pick<StageOptions, 'more' | 'choice'>
  play(play: Play, pause: (text: string) => Promise<void>): Promise<void>
}
