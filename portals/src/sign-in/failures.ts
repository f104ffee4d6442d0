/** Why a sign-in did not work; `words.signInPage.problems` has a sentence for each. */
export type Problem = "NOT_BEGUN" | "OTHER_SIGN_IN" | "OTHER_ISSUER" | "DENIED" | "BUSY" | "UNREACHABLE" | "REFUSED";

export class SignInFailed extends Error {
  override readonly name = "SignInFailed";

  readonly problem: Problem;
  /** The issuer's name in the reader's language, if it is known. */
  readonly issuer: string | null;
  /** The issuer's own code, such as `invalid_scope`. */
  readonly code: string | null;

  constructor(problem: Problem, issuer: string | null = null, code: string | null = null) {
    super(problem);
    this.problem = problem;
    this.issuer = issuer;
    this.code = code;
  }
}
