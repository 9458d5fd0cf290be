// A package made from the designs of the real scans, and what is truly marked on them. Nothing is copied into
// the project: everything stands in a folder that is gone after the test.

import { readdirSync } from "node:fs";
import { cpSync, join, keep, readFileSync } from "./place";
import type { Figures } from "./figures";

export interface ScanElection {
  definition(demo: any): any;
  /** Folders for `urna package --design`. */
  designs: string[];
  /** The scans, one file a sheet. */
  files: string[];
  /** What all scans together come to. */
  truth: Figures;
}

const same = (text: string) => ({ ky: text || "-", ru: text || "-", en: text || "-" });

export function scanElection(folder: string, scratch: string): ScanElection {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
  const contests: any[] = [];
  const styles: any[] = [];
  const designs: string[] = [];
  const files: string[] = [];
  const truth: Figures = { sheets: { general: [0, 0, 0] }, contests: {} };
  const known = new Map<string, string>();
  names.forEach((name, index) => {
    const design = JSON.parse(readFileSync(join(folder, name, "design.json"), "utf8"));
    // Identifiers repeat between designs. Where title and options are the same too it is one contest on several
    // ballot styles; elsewhere it is another contest.
    const contestId = (id: string) => {
      const at = design.contests.findIndex((contest: any) => contest.id === id);
      const options = design.targets.filter((target: any) => target.contest === id).map((target: any) => target.option);
      const signature = JSON.stringify([design.contests[at], options]);
      if (!known.has(signature)) known.set(signature, `c${index}-${at}`);
      return known.get(signature)!;
    };
    const optionId = (contest: string, id: string) =>
      `o${design.targets.filter((target: any) => target.contest === contest).findIndex((target: any) => target.option === id)}`;
    for (const contest of design.contests) {
      const options = design.targets.filter((target: any) => target.contest === contest.id);
      const id = contestId(contest.id);
      if (id in truth.contests) continue;
      contests.push({
        id, title: same(contest.title), question: null,
        kind: { type: "plurality", votes_allowed: contest.votes_allowed },
        options: options.map((target: any) => ({ id: optionId(contest.id, target.option), name: same(target.label ?? target.option), detail: null })),
        against_all: null,
      });
      truth.contests[id] = {
        votes: Object.fromEntries(options.map((target: any) => [optionId(contest.id, target.option), 0])),
        blank: 0, overvoted: 0, void: 0,
      };
    }
    styles.push({ id: name, vote: "general", contests: design.contests.map((contest: any) => contestId(contest.id)), precincts: [] });
    const copy = join(scratch, name);
    keep(copy, "design.json", JSON.stringify({
      ...design,
      contests: design.contests.map((contest: any) => ({ ...contest, id: contestId(contest.id) })),
      targets: design.targets.map((target: any) => ({ ...target, contest: contestId(target.contest), option: optionId(target.contest, target.option) })),
    }));
    cpSync(join(folder, name, "blank.png"), join(copy, "blank.png"));
    designs.push(copy);
    for (const file of readdirSync(join(folder, name, "scans")).filter((file) => !file.endsWith(".json")).sort()) {
      files.push(join(folder, name, "scans", file));
      const { expected } = JSON.parse(readFileSync(join(folder, name, "scans", file.replace(/\.[a-z]+$/, ".json")), "utf8"));
      truth.sheets.general[0]++;
      truth.sheets.general[1]++;
      for (const contest of design.contests) {
        const marked: string[] = expected[contest.id] ?? [];
        const figures = truth.contests[contestId(contest.id)];
        if (marked.length === 0) figures.blank++;
        else if (marked.length > contest.votes_allowed) figures.overvoted++;
        else for (const option of marked) figures.votes[optionId(contest.id, option)]++;
      }
    }
  });
  return {
    designs, files, truth,
    definition: (demo) => ({
      ...demo,
      id: "real-scans",
      votes: [{ id: "general", title: same("General election"), contests }],
      styles,
      policy: { blank: "accept", overvote: "accept", void: "accept", marginal: "invalid", confirm_invalid_drop: true },
    }),
  };
}
