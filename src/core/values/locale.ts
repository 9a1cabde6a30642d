/** What the user's locale decides: which characters messages show, and the point of a DURATION. */
export type Locale = { readonly utf8: boolean; readonly decimalPoint: "." | "," };

/** Looks up a variable of the environment; undefined if it is not set. */
export type Env = (name: string) => string | undefined;

// From CLDR 48 (the Intl of Node 24, Western digits): the languages with a decimal comma, and the
// countries that decide otherwise than their language.
const COMMA =
  " af agq ast az bas be bg blo br bs bua ca cs cv da de dsb dua dyo el eo es et eu ewo ff fi" +
  " fo fr fur fy gl hr hsb hu hy ia id ie in is it jgo jv jw ka kab kea kgp kk kkj kl ksf ksh" +
  " ku ky lb lij lmo ln lo lt lu lv mgh mk mo mua nb nds nl nmg nn nnh no oc os pl pms prg ps" +
  " pt rm rn ro ru rw sah sc scn se seh sg sh shi sk sl smn sq sr su sv szl tg tk tok tr tt" +
  " tzm uk uz vec vi vmw wae wo yav yrl zgh ";
const EXCEPTIONS =
  " ar_DZ ar_LB ar_LY ar_MA ar_MR ar_TN de_CH de_LI en_AT en_BE en_CZ en_DE en_DK en_EE en_ES" +
  " en_FI en_FR en_GE en_HU en_ID en_IT en_LT en_LV en_NL en_NO en_PL en_PT en_RO en_SE en_SI" +
  " en_SK en_UA en_ZA es_BR es_BZ es_CU es_DO es_GT es_HN es_MX es_NI es_PA es_PE es_PR es_SV" +
  " es_US it_CH kk_CN ku_IQ ms_BN ms_ID qu_BO sw_CD ";

const UTF8 = /\.[uU][tT][fF]-?8(?:@|$)/;
const REGION = /^([a-z]{2,3})(?:_[A-Z]{2})?(?![^.@])/;

/** The locale that POSIX's variables name: LC_ALL, else the category's own, else LANG. */
export function localeOf(env: Env): Locale {
  const all = env("LC_ALL");
  const characters = all || env("LC_CTYPE") || env("LANG") || "";
  const numbers = all || env("LC_NUMERIC") || env("LANG") || "";
  return {
    utf8: UTF8.test(characters),
    // Looked up only where it is asked for: a message needs none.
    get decimalPoint() {
      return hasDecimalComma(numbers) ? "," : ".";
    },
  };
}

function hasDecimalComma(name: string): boolean {
  const [region = "", language = ""] = REGION.exec(name) ?? [];
  return COMMA.includes(` ${language} `) !== EXCEPTIONS.includes(` ${region} `);
}
