import { Tool } from "./tool.js";
export class Holes extends Tool {}
