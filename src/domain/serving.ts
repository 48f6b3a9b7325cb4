/** Who serves: the second axis beside health. The words are those of recordings' expected.json. */
export type ServingState =
  | 'in-step'
  | 'rolling'
  | 'aborting'
  | 'split'
  | 'stuck'
  | 'first-deploy-failed'
  | 'invalid-spec'
  | 'unknown'
